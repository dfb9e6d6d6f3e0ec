import type { AgentState, AgentStatus } from "./status.ts";

/** The states in the order in which they need a person. */
const order: Readonly<Record<AgentState, number>> = {
  failed: 0,
  missing: 1,
  restarting: 2,
  starting: 3,
  unmanaged: 4,
  running: 5,
  completed: 6,
  stopped: 7,
};

/** Returns agents with those first that need a person: failed ones, then waiting changes. Keeps the order of the others. */
export function byAttention<T extends AgentStatus>(agents: readonly T[]): readonly T[] {
  const rank = ({ state, pending }: T): number => order[state] - (pending === undefined ? 0 : 0.5);
  return [...agents].sort((a, b) => rank(a) - rank(b));
}
