import { isBusy, type AgentPlan } from "../../../plan/agent-plan.ts";

/** Returns false for a waiting agent with people at its session: it has a line of its own. */
export function isJoinable(agent: AgentPlan): boolean {
  if (!isBusy(agent) || agent.atStake === undefined) return true;
  return agent.atStake.attached === 0 && (agent.atStake.viewers ?? 0) === 0;
}

/** Returns a busy agent with another quiet time, s; any other one as it is. */
export function withQuiet<Agent extends AgentPlan>(agent: Agent, idleSeconds: number): Agent {
  if (!isBusy(agent) || agent.atStake === undefined) return agent;
  return { ...agent, atStake: { ...agent.atStake, idleSeconds } };
}

/** Returns the first of some agents, with the shortest quiet time of them all. */
export function leastQuiet<Agent extends AgentPlan>(first: Agent, all: readonly Agent[]): Agent {
  const quiet = all.map((agent) => (isBusy(agent) ? (agent.atStake?.idleSeconds ?? 0) : 0));
  return withQuiet(first, Math.min(...quiet));
}
