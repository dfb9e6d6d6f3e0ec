import type { ApplyOutcome } from "../../events/apply-events.ts";
import type { ChangedEvent, WatchEvent } from "../../events/watch-events.ts";
import type { Plan } from "../../plan/types.ts";

/** Changes that were begun and not waited for, by agent. Each is reported with its original content when it is done. */
export type Unfinished = ReadonlyMap<string, ChangedEvent>;

/** The unfinished changes, and the events to report now. */
export interface Finished {
  readonly unfinished: Unfinished;
  readonly events: readonly WatchEvent[];
}

/** Adds the events of agents whose start was begun and not waited for. */
export function withUnfinished(
  unfinished: Unfinished,
  events: readonly ChangedEvent[],
  { failed }: Pick<ApplyOutcome, "failed">,
): Unfinished {
  const left = new Set(
    failed.flatMap(({ kind, agent }) => (kind === "start" || kind === "restart" ? [agent] : [])),
  );
  const begun = events.filter(({ agent }) => left.has(agent) && !unfinished.has(agent));
  return new Map([...unfinished, ...begun.map((event): [string, ChangedEvent] => [event.agent, event])]);
}

/** Returns the finished changes: their agents have no more actions. */
export function finishedIn(unfinished: Unfinished, { agents }: Plan): Finished {
  const over = agents.filter(({ action }) => action !== "start" && action !== "restart");
  const names = new Set(over.map(({ name }) => name));
  return {
    unfinished: new Map([...unfinished].filter(([agent]) => !names.has(agent))),
    events: over.flatMap(({ name, action }) => (action === "none" ? (unfinished.get(name) ?? []) : [])),
  };
}

/** Returns events; if another change of a newly started agent was begun before, this change is reported instead. */
export function tellFinished(unfinished: Unfinished, events: readonly WatchEvent[]): Finished {
  const told = events.map((event) => {
    const isStart = event.kind === "changed" && ["started", "restarted"].includes(event.action);
    return (isStart ? unfinished.get(event.agent) : undefined) ?? event;
  });
  const changed = new Set(events.flatMap((event) => (event.kind === "changed" ? [event.agent] : [])));
  return { unfinished: new Map([...unfinished].filter(([agent]) => !changed.has(agent))), events: told };
}
