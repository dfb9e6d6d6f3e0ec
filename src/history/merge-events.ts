import type { FleetEvent, LifeEvent, RunEvent } from "./fleet-event.ts";
import type { RunRecord, RecordedStep } from "./run-record.ts";

/** The part of a history to show. */
export interface EventsWanted {
  /** Only these agents; undefined for the whole fleet with its tmux server. */
  readonly agents: ReadonlySet<string> | undefined;
  /** ms since the epoch. */
  readonly sinceMs?: number | undefined;
  /** ms since the epoch. */
  readonly untilMs?: number | undefined;
}

/** A message reaches the journal a little before or after the action that caused it, ms. */
const slackMs = 500;

/**
 * Returns the events of a fleet by time: the runs of this program, and the lives of the units. Marks the starts and
 * stops belonging to a run. With wanted agents, a run keeps only the part about them. Pure.
 */
export function mergeEvents(
  records: readonly RunRecord[],
  lives: readonly LifeEvent[],
  wanted: EventsWanted,
): readonly FleetEvent[] {
  const runs = records.map(runEvent);
  const isWanted = ({ agent }: LifeEvent): boolean =>
    wanted.agents === undefined || (agent !== undefined && wanted.agents.has(agent));
  const all: readonly FleetEvent[] = [
    ...runs.flatMap((event) => restrict(event, wanted.agents)),
    ...lives.filter(isWanted).map((event) => withItsCommand(event, runs)),
  ];
  const { sinceMs = -Infinity, untilMs = Infinity } = wanted;
  return all
    .filter(({ atMs }) => atMs >= sinceMs && atMs <= untilMs)
    .toSorted((one, other) => one.atMs - other.atMs);
}

function runEvent(run: RunRecord): RunEvent {
  return { kind: "run", atMs: Date.parse(run.time), run };
}

function restrict(event: RunEvent, agents: ReadonlySet<string> | undefined): readonly RunEvent[] {
  if (agents === undefined) return [event];
  const steps = event.run.steps.flatMap((step): readonly RecordedStep[] => {
    const some = step.agents.filter((name) => agents.has(name));
    return some.length === 0 ? [] : [{ ...step, agents: some }];
  });
  return steps.length === 0 ? [] : [{ ...event, run: { ...event.run, steps, shared: [] } }];
}

/** Returns the event with the command whose run it is a part of. Failures have no such command: they are news. */
function withItsCommand(event: LifeEvent, runs: readonly RunEvent[]): LifeEvent {
  const isAsked = event.kind === "stopped" || (event.kind === "started" && event.how !== "auto-restart");
  if (!isAsked) return event;
  const owner = lastRunAbout(event, runs, 0) ?? lastRunAbout(event, runs, slackMs);
  return owner === undefined ? event : { ...event, during: owner.run.command };
}

/** Returns the last run about the agent of an event, from so many ms before the run until as many after it. */
function lastRunAbout(
  { agent, atMs }: LifeEvent,
  runs: readonly RunEvent[],
  withinMs: number,
): RunEvent | undefined {
  return runs.findLast(
    (each) =>
      atMs >= each.atMs - withinMs &&
      atMs <= each.atMs + each.run.ms + withinMs &&
      (agent === undefined || each.run.steps.some(({ agents }) => agents.includes(agent))),
  );
}
