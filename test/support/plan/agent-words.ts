import type { AgentPlan, PendingAgent } from "../../../src/plan/agent-plan.ts";

/** Returns the reason for the wait of an agent; undefined if it does not wait. */
export function holdOf(agent: AgentPlan): PendingAgent["hold"] | undefined {
  return agent.action === "pending" ? agent.hold : undefined;
}
