import type { AgentState, AgentStatus } from "./status.ts";

/** The need for a person in an agent that should run. */
const needOfState: Readonly<Record<AgentState, number>> = {
  failed: 10,
  missing: 9,
  restarting: 8,
  stopped: 5,
  starting: 3,
  unmanaged: 1,
  running: 0,
  completed: 0,
  scheduled: 0,
};

/** Returns how much an agent needs a person: trouble is most, then a blocked change, then one that is to come or waits. */
export function urgency({ state, desired, plan, pending }: AgentStatus): number {
  if (desired === "running" && needOfState[state] > 1) return needOfState[state];
  if (state === "failed") return 7;
  if (plan?.action === "blocked") return 6;
  return pending === undefined ? (state === "unmanaged" ? 1 : 0) : 2;
}

/** Returns agents with those first that need a person: failed ones, then waiting changes. Keeps the order of the others. */
export function byAttention<T extends AgentStatus>(agents: readonly T[]): readonly T[] {
  const ranked = agents.map((agent) => [urgency(agent), agent] as const);
  return ranked.toSorted(([a], [b]) => b - a).map(([, agent]) => agent);
}
