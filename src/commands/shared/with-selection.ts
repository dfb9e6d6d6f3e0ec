import type { Selection } from "../../plan/selection/selection.ts";
import { report, type Context } from "./context.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { SelectionFlags } from "./flags.ts";

/** Reads the selection of a command line, and runs the command with it. Reports an invalid selector of labels. */
export async function withSelection(
  context: Context,
  names: readonly string[],
  { selector, all }: SelectionFlags,
  command: (selection: Selection) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (selector === undefined) return command({ names, all });
  const { parseSelector } = await import("../../plan/selection/label-selector.ts");
  const labels = parseSelector(selector);
  if (!labels.ok) return report(context, labels.diagnostics);
  return command({ names, labels: labels.value, all });
}
