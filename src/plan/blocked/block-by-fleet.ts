import type { AgentDiff } from "../agent-diff.ts";
import { blockedPlan } from "./blocked-agent.ts";
import type { Change } from "../change.ts";

/** Leaves an agent as it is while the whole fleet is blocked. */
export function blockByFleet(diff: AgentDiff, change: Change): AgentDiff {
  const { plan } = diff;
  if (plan.action === "none" || plan.action === "blocked") return diff;
  if (plan.action === "pending" && plan.hold === "suspended") return diff;
  return { plan: blockedPlan(plan, change), actions: [] };
}
