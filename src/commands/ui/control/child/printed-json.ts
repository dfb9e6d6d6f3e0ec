import type { Diagnostic } from "../../../../diagnostics/diagnostic.ts";
import { noAnswer } from "../../../../report/ui/change-problems.ts";
import { uiProblem } from "../../../../report/ui/fleet-rows.ts";
import type { CommandOutcome } from "../../../../system/command.ts";
import { lastLine } from "../../../../text/last-line.ts";
import type { UiProblem } from "../../../../ui/changes/ui-change.ts";

/** Returns the JSON that a command has printed; undefined without one. */
export function printedJson(outcome: CommandOutcome): unknown {
  try {
    return outcome.kind === "exited" ? JSON.parse(outcome.stdout) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the problems in the JSON of a command that failed: at least one. `outcome` is the end of its process. */
export function problemsIn(printed: unknown, outcome?: CommandOutcome): readonly UiProblem[] {
  const errors = diagnosticsIn(printed).filter(({ severity }) => severity === "error");
  const words = outcome !== undefined && "stderr" in outcome ? (lastLine(outcome.stderr) ?? "") : "";
  const code = outcome?.kind === "exited" ? outcome.code : undefined;
  return errors.length > 0 ? errors.map(uiProblem) : [noAnswer(words, code)];
}

function diagnosticsIn(value: unknown): readonly Diagnostic[] {
  const isOne = typeof value === "object" && value !== null && "diagnostics" in value;
  return isOne && Array.isArray(value.diagnostics) ? (value.diagnostics as readonly Diagnostic[]) : [];
}
