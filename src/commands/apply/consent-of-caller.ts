import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { planId } from "../../plan/same-plan.ts";
import type { Plan } from "../../plan/types.ts";
import type { Output } from "../../report/output.ts";
import type { Caller } from "../shared/context.ts";
import { exitCodeOf } from "../shared/exit-codes.ts";
import type { Declined } from "./execute.ts";

/**
 * Returns whether a program has agreed to a plan: only if it names the id of this very plan, which it got together
 * with the plan. Otherwise it gets the id, and nothing changes.
 */
export function consentOfCaller(plan: Plan, caller: Caller, output: Output): "go" | Declined {
  return consentToId(planId(plan), caller, output);
}

/** Returns the same for a change with an id of its own. */
export function consentToId(id: string, { agreedPlan, onProposal }: Caller, output: Output): "go" | Declined {
  if (agreedPlan === id) return "go";
  if (onProposal !== undefined) {
    onProposal(id);
    return { code: exitCodeOf(agreedPlan === undefined ? "needs-confirmation" : "stale-plan"), problems: [] };
  }
  const problem: Diagnostic = {
    severity: "warning",
    code: "needs-confirmation",
    summary:
      agreedPlan === undefined
        ? "nothing was changed yet: this is the plan"
        : "nothing was changed: the plan is no longer the confirmed one",
    hint: `to do exactly this, call the tool again with the same arguments and confirm: "${id}"`,
  };
  output.diagnostics([problem]);
  return { code: exitCodeOf(problem.code), problems: [problem] };
}
