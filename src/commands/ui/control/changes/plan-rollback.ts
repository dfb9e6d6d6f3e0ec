import type { Diagnostic } from "../../../../diagnostics/diagnostic.ts";
import { gatherOutput } from "../../../../report/gather-output.ts";
import { fromRepository, onlyHere } from "../../../../report/ui/change-problems.ts";
import { uiProblem } from "../../../../report/ui/fleet-rows.ts";
import { digest } from "../../../../text/digests/digest.ts";
import type { UiProblem } from "../../../../ui/changes/ui-change.ts";
import { tellLostEdits } from "../../../history/tell-lost-edits.ts";
import { presentText, revisionAt } from "../../../history/with-revision.ts";
import { sourceFileBehind } from "../../../status/source-status.ts";
import { askFleet } from "../child/fleet-child.ts";
import { readPlan, type PlannedChange } from "./read-plan.ts";
import type { ChangeWorld } from "./world.ts";

/**
 * Makes the plan of a rollback by a command with these words, and adds how the files of the fleet change. The plan is the
 * same only if the files still have the same texts. Changes nothing.
 */
export async function planRollback(
  { exec, file, machine }: ChangeWorld,
  revision: string,
  words: readonly string[],
): Promise<PlannedChange> {
  const { output, remarks } = gatherOutput();
  const at = await revisionAt({ flags: { file }, machine, exec, output }, revision);
  if (!at.ok) return impossible(at.diagnostics.filter(isError).map(uiProblem));
  const { edits, here } = at.value;
  if (sourceFileBehind(here.path) !== undefined) return impossible([fromRepository(revision)]);
  await tellLostEdits(at.value);
  const { planned, sameness } = readPlan(await askFleet(exec, words), null, edits.length > 0);
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
