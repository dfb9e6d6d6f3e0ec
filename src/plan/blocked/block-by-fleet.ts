import type { AgentDiff } from "../agent-diff.ts";
import type { Change } from "../types.ts";

/** An agent that would be changed stays as it is while something stands in the way of the whole fleet. */
export function blockByFleet(diff: AgentDiff, { reason, detail }: Change): AgentDiff {
  if (diff.plan.action === "none" || diff.plan.action === "blocked") return diff;
  if (diff.plan.hold === "suspended") return diff;
  const change = { reason, detail };
  return {
    plan: {
      ...diff.plan,
      action: "blocked",
      ...change,
      cost: "none",
      hold: undefined,
      awaiting: undefined,
      changes: [change],
    },
    actions: [],
  };
}
