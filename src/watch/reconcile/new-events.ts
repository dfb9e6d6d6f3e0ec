import type { Note } from "../../plan/note.ts";
import { agentViews, type AgentView } from "../../plan/view/agent-view.ts";
import { isCompleted } from "../../plan/view/completed.ts";
import { changeKey } from "../../plan/same-change.ts";
import type { AgentPlan, BlockedAgent, PendingAgent } from "../../plan/agent-plan.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import type { Hold } from "./find-hold.ts";
import type { HeldPlan } from "./plan-with-holds.ts";
import type { WatchEvent } from "../../events/watch-events.ts";

/** The earlier reports, so each thing is reported once. */
export interface Told {
  /** Waits, blocked or refused changes, and notes, as long as they stand. */
  readonly standing: ReadonlySet<string>;
  /** Failing agents, with the number of attempts at the last report. */
  readonly failing: ReadonlyMap<string, number>;
  /** systemd's automatic restarts of each agent, as they were last seen. */
  readonly restarts: ReadonlyMap<string, number>;
}

export const nothingTold: Told = { standing: new Set(), failing: new Map(), restarts: new Map() };

/** A run counts as no failure any more when it has lasted for so long, ms. */
export const recoveredMs = 10_000;

export interface NewEvents {
  readonly told: Told;
  readonly events: readonly WatchEvent[];
}

/**
 * Returns the news of a look, compared with the earlier reports. Failures are reported without their last words. Pure.
 */
export function newEvents(told: Told, considered: HeldPlan, nowMs: number): NewEvents {
  const standing = standingEvents(considered, nowMs);
  const failures = failureEvents(told, considered, nowMs);
  return {
    told: { standing: new Set(standing.keys()), failing: failures.failing, restarts: failures.restarts },
    events: [
      ...failures.events,
      ...[...standing].flatMap(([key, event]) => (told.standing.has(key) ? [] : [event])),
    ],
  };
}

/** Returns the lasting events of a look, by a key that changes with their content. */
function standingEvents(considered: HeldPlan, nowMs: number): ReadonlyMap<string, WatchEvent> {
  const { whole, plan, held, desired, observed } = considered;
  const events = new Map<string, WatchEvent>();
  const view = agentViews(observed, desired.layout);
  for (const agent of desired.agents) {
    if (!agent.isJob || !isCompleted(agent, view(agent.name))) continue;
    const atMs = view(agent.name).completion?.atMs;
    events.set(`completed ${agent.name} ${atMs}`, { kind: "completed", agent: agent.name, atMs });
  }
  for (const agent of whole.agents) {
    if (agent.action === "pending") events.set(standingKey(agent), { kind: "waiting", plan: agent });
    if (agent.action === "blocked") events.set(standingKey(agent), { kind: "blocked", plan: agent });
  }
  for (const { name, action } of whole.agents) {
    const event = heldEvent(name, action, held.get(name), nowMs);
    if (event !== undefined) events.set(`held ${name} ${event.action} ${event.why}`, event);
  }
  for (const refusal of whole.refusals) {
    events.set(`refused ${JSON.stringify(refusal)}`, { kind: "refused", refusal });
  }
  for (const deviation of whole.deviations ?? []) {
    events.set(`deviation ${JSON.stringify(deviation)}`, { kind: "deviation", deviation });
  }
  for (const note of plan.notes) events.set(`note ${noteKey(note)}`, { kind: "plan-note", note });
  return events;
}

/** Returns a text for everything that makes a note news. Further agents in a queue are none, nor is the next try. */
function noteKey(note: Note): string {
  return note.kind === "starts-held"
    ? `${note.kind} ${note.runtime ?? ""} ${note.exitStatus ?? ""}`
    : JSON.stringify(note);
}

/** Returns the event for a wait people should know of. The two seconds for an envFile are too short to report. */
function heldEvent(
  agent: string,
  action: AgentPlan["action"],
  hold: Hold | undefined,
  nowMs: number,
): Extract<WatchEvent, { kind: "held" }> | undefined {
  if (action !== "remove" && action !== "stop" && action !== "restart") return undefined;
  switch (hold?.why) {
    case "young":
    case "churn":
    case "clock":
      return { kind: "held", agent, action, why: hold.why, inMs: hold.untilMs - nowMs };
    case "attached":
      return { kind: "held", agent, action, why: hold.why, inMs: undefined };
    case "back-off":
    case "unfinished":
    case "systemd-restarts":
    case "turn":
    case "refused":
    case undefined:
      return undefined;
  }
}

function standingKey(agent: PendingAgent | BlockedAgent): string {
  const [main] = agent.changes;
  const hold = agent.action === "pending" ? agent.hold : undefined;
  return [agent.action, agent.name, main && changeKey(main), hold].join(" ");
}

interface Failures {
  readonly events: readonly WatchEvent[];
  readonly failing: ReadonlyMap<string, number>;
  readonly restarts: ReadonlyMap<string, number>;
}

/**
 * Returns the events of failing agents: the first failure, then the end of each attempt of the watch, and the recovery
 * once the agent has run for a while. The restarts systemd makes in between are left out.
 */
function failureEvents(told: Told, considered: HeldPlan, nowMs: number): Failures {
  const { desired, observed, whole, backOff, keys, held } = considered;
  const view = agentViews(observed, desired.layout);
  const plans = new Map(whole.agents.map((each) => [each.name, each]));
  const isServers = isServersFault(considered);
  const events: WatchEvent[] = [];
  const failing = new Map<string, number>();
  const restarts = new Map<string, number>();
  for (const declared of desired.agents) {
    const { name, state } = declared;
    const agent = view(name);
    if (state !== "running" || !agent.owned || isCompleted(declared, agent)) continue;
    // Between its runs it does nothing.
    if (declared.timer !== undefined && unitPhase(agent.unit) === "stopped") continue;
    const count = agent.runtime?.restarts ?? 0;
    restarts.set(name, count);
    const known = backOff.get(name);
    const attempts = known?.key === keys.get(name) ? (known?.count ?? 0) : 0;
    const before = told.failing.get(name);
    const failure = { agent: name, exitStatus: agent.exitStatus, lines: [] };
    const condition = conditionOf(agent, count > (told.restarts.get(name) ?? count), observed.now);
    if (isServers && declared.unitFile === undefined && (condition === "down" || condition === "crashed")) {
      if (before !== undefined) failing.set(name, before);
      continue;
    }
    switch (condition) {
      case "down": {
        const nextTryMs = nextTryIn(plans.get(name), held.get(name), nowMs);
        if (before !== attempts) events.push({ kind: "failed", ...failure, nextTryMs });
        failing.set(name, attempts);
        break;
      }
      case "crashed":
        if (before === undefined) events.push({ kind: "crashed", ...failure });
        failing.set(name, before ?? -1);
        break;
      case "up":
        if (before !== undefined) events.push({ kind: "recovered", agent: name });
        break;
      case "unsure":
        if (before !== undefined) failing.set(name, before);
        break;
    }
  }
  return { events, failing, restarts };
}

/** The time for agents to come back after their server, ms. */
const serverAftermathMs = 30_000;

/**
 * Returns true if agents fail because their tmux server did. A note of the plan reports the server once, instead of each
 * agent.
 */
function isServersFault({ observed, desired }: HeldPlan): boolean {
  const { tmux, units, serverEndMs, now } = observed;
  const isAftermath = serverEndMs !== undefined && now - serverEndMs < serverAftermathMs;
  return (
    tmux.kind === "absent" || unitPhase(units.get(desired.layout.holderUnit)) !== "running" || isAftermath
  );
}

/**
 * Returns the time until the next attempt; undefined if the watch does not start the agent, because it is suspended or
 * blocked, for example.
 */
function nextTryIn(plan: AgentPlan | undefined, hold: Hold | undefined, nowMs: number): number | undefined {
  if (plan?.action !== "start" && plan?.action !== "restart") return undefined;
  return hold?.why === "back-off" ? hold.untilMs - nowMs : 0;
}

type AgentCondition =
  /** It has ended, and systemd has given up on it. */
  | "down"
  /** It has ended, and systemd starts it again, or has done so. */
  | "crashed"
  | "up"
  /** It runs for too short a time to tell, or was stopped on purpose. */
  | "unsure";

function conditionOf(agent: AgentView, wasRestarted: boolean, now: number): AgentCondition {
  switch (unitPhase(agent.unit)) {
    case "failed":
      return "down";
    case "stopped":
      return agent.pane?.dead ? "down" : "unsure";
    case "restarting":
      return "crashed";
    case "running": {
      if (wasRestarted) return "crashed";
      const sinceMs = agent.runtime?.startedMs;
      return sinceMs !== undefined && now - sinceMs >= recoveredMs ? "up" : "unsure";
    }
    case "starting":
    case "stopping":
      return "unsure";
  }
}
