import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnosticToJson, renderDiagnostics } from "./diagnostics.ts";
import type { Output } from "./output.ts";
import { createColors } from "./terminal/colors.ts";
import { wordingText } from "./terminal/wording-text.ts";

/** The output of a run, in memory. */
export interface GatheredOutput {
  readonly output: Output;
  /** Returns everything a person would have read, in its order. */
  readonly text: () => string;
  /** The JSON objects of the run. */
  readonly values: readonly unknown[];
  readonly problems: readonly Diagnostic[];
  readonly remarks: readonly string[];
}

/** Columns of the text. */
const width = 120;

/** Returns an output that keeps text and JSON, and prints nothing. */
export function gatherOutput(): GatheredOutput {
  const parts: string[] = [];
  const values: unknown[] = [];
  const problems: Diagnostic[] = [];
  const remarks: string[] = [];
  const colors = createColors(false);
  const output: Output = {
    options: { json: false, both: true, color: false, quiet: false, verbose: false },
    colors,
    text: (lines) => void parts.push(...lines.map(wordingText)),
    json: (value) => void values.push(value),
    raw: (text) => void parts.push(text.replace(/\n$/, "")),
    remark(line) {
      remarks.push(line);
      parts.push(line);
    },
    diagnostics(some) {
      problems.push(...some);
      parts.push(...renderDiagnostics(some, colors, width));
    },
    trace: () => undefined,
  };
  return { output, text: () => parts.join("\n").trim(), values, problems, remarks };
}

/** Returns problems as the object a command prints in the place of its result. */
export function problemsJson(problems: readonly Diagnostic[]): object {
  return { formatVersion: "2.0", diagnostics: problems.map(diagnosticToJson) };
}
