import { fail } from "../diagnostics/diagnostic.ts";
import { presetJson } from "../report/explain/preset-json.ts";
import { presetText } from "../report/explain/preset-text.ts";
import { isPresetName, presetNames } from "../runtimes/preset-names.ts";
import { presets } from "../runtimes/presets.ts";
import { suggest } from "../text/suggest.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";

/** Runs `fleet explain preset NAME`: shows what a preset contains. Reads no fleet. */
export function explainCommand(context: Context, name: string): ExitCode {
  const { output } = context;
  if (!isPresetName(name)) {
    const guess = suggest(name, presetNames);
    const problem = fail("bad-usage", `there is no preset ${JSON.stringify(name)}`, {
      detail: `Presets: ${presetNames.join(", ")}.`,
      ...(guess === undefined ? {} : { hint: `fleet explain preset ${guess}` }),
    });
    return problem.ok ? exitCodes.ok : report(context, problem.diagnostics);
  }
  output.text(presetText(name, presets[name], output.colors));
  output.json(presetJson(name, presets[name]));
  return exitCodes.ok;
}
