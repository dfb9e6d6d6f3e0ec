import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../diagnostics/wording.ts";
import type { Plan } from "../plan/types.ts";

/**
 * Returns the error for a plan that guards refuse; undefined for any other plan. Commands ask before they run a
 * plan, so only a bug leads here.
 */
export function refusedPlan({ refusals }: Plan): Diagnostic | undefined {
  const [first] = refusals;
  if (first === undefined) return undefined;
  return {
    severity: "error",
    code: "blocked",
    summary: `the plan is refused (${refusals.map(({ guard }) => guard).join(", ")})`,
    detail: "Nothing was changed.",
    hint: wording`see ${fleetCommand("plan")}; if that is meant, add ${first.flag}`,
  };
}
