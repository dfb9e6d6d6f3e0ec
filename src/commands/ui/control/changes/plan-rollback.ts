import type { Diagnostic } from "../../../../diagnostics/diagnostic.ts";
import type { AllowanceFlags } from "../../../../plan/allowances.ts";
import { gatherOutput } from "../../../../report/gather-output.ts";
import { fromRepository, onlyHere } from "../../../../report/ui/change-problems.ts";
import { uiProblem } from "../../../../report/ui/fleet-rows.ts";
import { digest } from "../../../../text/digests/digest.ts";
import type { UiProblem } from "../../../../ui/changes/ui-change.ts";
import { tellLostEdits } from "../../../history/tell-lost-edits.ts";
import { presentText, revisionAt } from "../../../history/with-revision.ts";
import { planCommand } from "../../../plan/plan.ts";
import { sourceFileBehind } from "../../../status/source-status.ts";
import { answerOf } from "../../answers/answer-of.ts";
import { readPlan, type PlannedChange } from "./read-plan.ts";
import type { ChangeWorld } from "./world.ts";

/**
 * Makes the plan of a rollback, and adds how the files of the fleet change. The plan is the same only if the files still
 * have the same texts. Changes nothing.
 */
export async function planRollback(
  { file, machine, shows: exec }: ChangeWorld,
  revision: string,
  allowed: AllowanceFlags,
): Promise<PlannedChange> {
  const { output, remarks } = gatherOutput();
  const at = await revisionAt({ flags: { file }, machine, exec, output }, revision);
  if (!at.ok) return impossible(at.diagnostics.filter(isError).map(uiProblem));
  const { edits, here } = at.value;
  if (sourceFileBehind(here.path) !== undefined) return impossible([fromRepository(revision)]);
  await tellLostEdits(at.value);
  const { value } = await answerOf(
    at.value.context,
    (context) => planCommand(context, { names: [] }, allowed),
    false,
  );
  const { planned, sameness } = readPlan(value, null, { mayBeEmpty: edits.length > 0 });
  const warnings = here.hosts === undefined ? remarks : [...remarks, onlyHere(revision)];
  // A masked diff does not tell one secret from another.
  const texts = edits.map(({ path }) => digest(presentText(path) ?? ""));
  return { planned: { ...planned, edits, warnings }, sameness: JSON.stringify([sameness, texts]) };
}

function impossible(problems: readonly UiProblem[]): PlannedChange {
  return { planned: { host: null, plan: null, problems, canRun: false }, sameness: "" };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}
