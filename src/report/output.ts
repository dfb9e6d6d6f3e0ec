import { isatty } from "node:tty";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Wording } from "../diagnostics/wording.ts";
import type { ExecListener } from "../system/exec.ts";
import { countLines, diagnosticToJson, renderDiagnostics } from "./diagnostics.ts";
import { createColors, type Colors } from "./terminal/colors.ts";
import { foldProse } from "./terminal/fit/fold.ts";
import { errorColumns, outputColumns } from "./terminal/output-columns.ts";
import { print } from "./terminal/print.ts";
import { wordingText } from "./terminal/wording-text.ts";

export interface OutputOptions {
  readonly json: boolean;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** True for a caller that takes the text of a run and its JSON. */
  readonly both?: boolean;
}

/** The output of the program: results go to stdout, everything else to stderr. */
export interface Output {
  readonly options: OutputOptions;
  readonly colors: Colors;
  /** Lines of a result. Silent with --quiet and with --json. */
  text(lines: readonly Wording[]): void;
  /** The one JSON object of a run. Silent without --json. */
  json(value: unknown): void;
  /** Text that is the result itself, whatever the options. */
  raw(text: string): void;
  /** Progress and remarks. Silent with --quiet. */
  remark(line: string): void;
  /** Problems, always shown. */
  diagnostics(diagnostics: readonly Diagnostic[]): void;
  /** Shows each external command with --verbose. */
  readonly trace: ExecListener;
}

/** Returns the output to stdout and stderr of this process. */
export function createOutput(options: OutputOptions): Output {
  const colors = createColors(options.color);
  const out = (text: string): void => print("stdout", text);
  const err = (text: string): void => print("stderr", text);
  const json = (value: unknown): void => {
    if (options.json) out(`${JSON.stringify(value, null, 2)}\n`);
  };
  return {
    options,
    colors,
    text(lines) {
      if (options.quiet || options.json) return;
      out(
        foldProse(lines.map(wordingText), outputColumns())
          .map((line) => `${line}\n`)
          .join(""),
      );
    },
    json,
    raw: out,
    remark(line) {
      if (!options.quiet) err(`${foldProse(line.split("\n"), errorColumns()).join("\n")}\n`);
    },
    diagnostics(diagnostics) {
      if (options.json) json({ formatVersion: "2.0", diagnostics: diagnostics.map(diagnosticToJson) });
      else {
        const lines = renderDiagnostics(diagnostics, colors, process.stderr.columns || undefined);
        err([...lines, ...countLines(diagnostics, colors)].map((line) => `${line}\n`).join(""));
      }
    },
    trace(command, outcome, ms) {
      if (!options.verbose) return;
      const ending = outcome.kind === "exited" ? `exit ${outcome.code}` : outcome.kind;
      err(
        colors.dim(`$ ${[command.file, ...command.args].join(" ")}  [${ending}, ${ms.toFixed(0)} ms]`) + "\n",
      );
    },
  };
}

/** Returns true on a terminal, without NO_COLOR and --no-color. */
export function wantsColor(flag: boolean, env: NodeJS.ProcessEnv = process.env): boolean {
  return flag && !env["NO_COLOR"] && env["TERM"] !== "dumb" && (isatty(1) || env["FORCE_COLOR"] === "1");
}
