import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import type { Plan } from "../../../plan/types.ts";
import { changePhrase } from "../../../report/change-text.ts";
import { refusalText } from "../../../report/plan/refusal-text.ts";
import type { Context } from "../context.ts";

/** Reports the obstacles of a plan as problems, because --quiet hides the plan. */
export function reportProblems(plan: Plan, { output }: Context): void {
  const { quiet, json } = output.options;
  const problems = planProblems(plan);
  if (quiet && !json && problems.length > 0) output.diagnostics(problems);
}

function planProblems({ refusals, agents }: Plan): readonly Diagnostic[] {
  const refused = refusals.map((refusal) =>
    blockedProblem(`refused: ${refusalText(refusal)}`, `if that is meant, add ${refusal.flag}`),
  );
  const blocked = agents.flatMap(({ name, action, changes: [change] }) =>
    action === "blocked" && change !== undefined
      ? [blockedProblem(`agent ${name} is blocked: ${changePhrase(change)}`, undefined)]
      : [],
  );
  return [...refused, ...blocked];
}

function blockedProblem(summary: string, hint: string | undefined): Diagnostic {
  return { severity: "error", code: "blocked", summary, hint };
}
