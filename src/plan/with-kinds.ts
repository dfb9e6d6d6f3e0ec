import type { AgentPlan } from "./agent-plan.ts";

/** Marks the services among the agents of a plan. */
export function withKinds(
  agents: readonly AgentPlan[],
  isService: (name: string) => boolean,
): readonly AgentPlan[] {
  return agents.map((agent) => (isService(agent.name) ? { ...agent, kind: "service" } : agent));
}
