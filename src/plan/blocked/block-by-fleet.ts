import type { AgentDiff } from "../agent-diff.ts";
import type { Change } from "../change.ts";

/** Leaves an agent as it is while the whole fleet is blocked. */
export function blockByFleet(diff: AgentDiff, change: Change): AgentDiff {
  if (diff.plan.action === "none" || diff.plan.action === "blocked") return diff;
  if (diff.plan.hold === "suspended") return diff;
  return {
    plan: {
      ...diff.plan,
      action: "blocked",
      reason: change.reason,
      cost: "none",
      hold: undefined,
      awaiting: undefined,
      changes: [change],
    },
    actions: [],
  };
}
