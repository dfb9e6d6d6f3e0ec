import type { ApplyOutcome } from "../../events/apply-events.ts";
import type { WatchEvent } from "../../events/watch-events.ts";
import type { Plan } from "../../plan/types.ts";

type Changed = Extract<WatchEvent, { kind: "changed" }>;

/** Changes that were begun and not waited for, by agent: each is told when it is seen to be done, and as what it was. */
export type Unfinished = ReadonlyMap<string, Changed>;

/** What is left unfinished, and what can be told now. */
export interface Finished {
  readonly unfinished: Unfinished;
  readonly events: readonly WatchEvent[];
}

/** Adds those of the events whose agents were told to start, and not seen to. */
export function withUnfinished(
  unfinished: Unfinished,
  events: readonly Changed[],
  { failed }: Pick<ApplyOutcome, "failed">,
): Unfinished {
  const left = new Set(
    failed.flatMap(({ kind, agent }) => (kind === "start" || kind === "restart" ? [agent] : [])),
  );
  const begun = events.filter(({ agent }) => left.has(agent) && !unfinished.has(agent));
  return new Map([...unfinished, ...begun.map((event): [string, Changed] => [event.agent, event])]);
}

/** Tells the changes that are done: nothing is left to do for their agents. */
export function finishedIn(unfinished: Unfinished, { agents }: Plan): Finished {
  const over = agents.filter(({ action }) => action !== "start" && action !== "restart");
  const names = new Set(over.map(({ name }) => name));
  return {
    unfinished: new Map([...unfinished].filter(([agent]) => !names.has(agent))),
    events: over.flatMap(({ name, action }) => (action === "none" ? (unfinished.get(name) ?? []) : [])),
  };
}

/** Tells events; if something else was begun before for an agent that has started now, that is told instead. */
export function tellFinished(unfinished: Unfinished, events: readonly WatchEvent[]): Finished {
  const told = events.map((event) => {
    const isStart = event.kind === "changed" && ["started", "restarted"].includes(event.action);
    return (isStart ? unfinished.get(event.agent) : undefined) ?? event;
  });
  const changed = new Set(events.flatMap((event) => (event.kind === "changed" ? [event.agent] : [])));
  return { unfinished: new Map([...unfinished].filter(([agent]) => !changed.has(agent))), events: told };
}
