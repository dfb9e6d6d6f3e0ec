import type { ApplyOutcome } from "../../events/apply-events.ts";
import type { Plan } from "../../plan/types.ts";
import type { Tell, WatchEvent } from "../../events/watch-events.ts";

type Changed = Extract<WatchEvent, { kind: "changed" }>;

/** What was begun for agents and not waited for, so that it is told when it is seen to be done, and as what it was. */
export interface Unfinished {
  /** Keeps those of the events whose agents were told to start, and not seen to. */
  remember(events: readonly Changed[], outcome: ApplyOutcome): void;
  /** Tells what is done by now: nothing is left to do for the agent. */
  see(whole: Plan): void;
  /** Tells an event; of an agent for which something else was begun before, that. */
  tell(event: WatchEvent): void;
}

/** With nothing begun. */
export function createUnfinished(tell: Tell): Unfinished {
  const begun = new Map<string, Changed>();
  return {
    remember(events, { failed }) {
      const left = new Set(
        failed.flatMap(({ kind, agent }) => (kind === "start" || kind === "restart" ? [agent] : [])),
      );
      for (const event of events) {
        if (left.has(event.agent) && !begun.has(event.agent)) begun.set(event.agent, event);
      }
    },
    see({ agents }) {
      for (const { name, action } of agents) {
        const event = begun.get(name);
        // It is on its way still.
        if (event === undefined || action === "start" || action === "restart") continue;
        if (action === "none") tell(event);
        begun.delete(name);
      }
    },
    tell(event) {
      if (event.kind !== "changed") return tell(event);
      const isStart = event.action === "started" || event.action === "restarted";
      tell((isStart ? begun.get(event.agent) : undefined) ?? event);
      begun.delete(event.agent);
    },
  };
}
