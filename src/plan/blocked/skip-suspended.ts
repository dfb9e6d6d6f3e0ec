import { isInForce, type Suspension } from "../../desired/marks/suspension.ts";
import type { AgentView } from "../view/agent-view.ts";
import { stakeOf, type AgentPlan, type PendingAgent } from "../agent-plan.ts";
import type { Reason } from "../change.ts";
import type { AgentDiff, DiffContext } from "../agent-diff.ts";

/** Leaves a suspended agent as it is, unless the user has asked for this very agent to be started or stopped. */
export function skipSuspended(diff: AgentDiff, view: AgentView, context: DiffContext): AgentDiff {
  const suspended = suspensionOf(view, context.observed.now);
  if (suspended === undefined) return diff;
  const { plan } = diff;
  if (plan.action === "none" || context.options.intent !== undefined) {
    return { ...diff, plan: { ...plan, suspended } };
  }
  return { plan: suspendedPlan(plan, plan.reason, suspended), actions: [] };
}

/** Returns the plan of an agent a suspension keeps from its action. */
export function suspendedPlan(plan: AgentPlan, reason: Reason, suspended: Suspension): PendingAgent {
  const { name, changes } = plan;
  return {
    name,
    action: "pending",
    reason,
    cost: "none",
    hold: "suspended",
    atStake: stakeOf(plan),
    suspended,
    changes,
  };
}

/** Returns the suspension in force for an agent. */
export function suspensionOf({ suspension }: AgentView, now: number): Suspension | undefined {
  return suspension !== undefined && isInForce(suspension, now) ? suspension : undefined;
}
