import type { UiAgent } from "../../../src/ui/protocol.ts";
import { needsYou } from "../words.ts";

/** The agents that wait for a person, besides the one that somebody looks at. */
export interface NextNeeding {
  readonly count: number;
  /** The name of the next one, in the order of the table; after the last one comes the first. */
  readonly next: string;
}

/**
 * Returns the agents that wait for a person; undefined without another one than `shown`, the agent that somebody looks at.
 * Pure.
 */
export function nextNeeding(agents: readonly UiAgent[], shown: string | undefined): NextNeeding | undefined {
  const waiting = agents
    .filter(needsYou)
    .toSorted((a, b) => b.attention - a.attention)
    .map(({ name }) => name);
  const others = waiting.filter((name) => name !== shown);
  const at = shown === undefined ? -1 : waiting.indexOf(shown);
  const next = waiting[at + 1] ?? others[0];
  return next === undefined || others.length === 0 ? undefined : { count: others.length, next };
}
