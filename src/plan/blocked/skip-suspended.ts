import { isInForce, type Suspension } from "../../desired/marks/suspension.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { AgentDiff, DiffContext } from "../agent-diff.ts";

/** Leaves a suspended agent as it is, unless the user has asked for this very agent to be started or stopped. */
export function skipSuspended(diff: AgentDiff, view: AgentView, context: DiffContext): AgentDiff {
  const suspended = suspensionOf(view, context.observed.now);
  if (suspended === undefined) return diff;
  if (diff.plan.action === "none" || context.options.intent !== undefined) {
    return { ...diff, plan: { ...diff.plan, suspended } };
  }
  return {
    plan: {
      ...diff.plan,
      action: "pending",
      hold: "suspended",
      awaiting: undefined,
      cost: "none",
      suspended,
    },
    actions: [],
  };
}

/** Returns the suspension in force for an agent. */
export function suspensionOf({ suspension }: AgentView, now: number): Suspension | undefined {
  return suspension !== undefined && isInForce(suspension, now) ? suspension : undefined;
}
