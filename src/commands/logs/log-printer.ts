import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { LogLine } from "../../logs/log-line.ts";
import { logJson, logText } from "../../report/logs/log-text.ts";
import { report, type Context } from "../shared/context.ts";
import type { ExitCode } from "../shared/exit-codes.ts";

/** The ways out of `fleet logs`. */
export interface LogPrinter {
  readonly show: (lines: readonly LogLine[]) => void;
  /** Prints a line to standard error. */
  readonly remark: (line: string) => void;
  /** Prints problems, and returns their exit code. */
  readonly say: (problems: readonly Diagnostic[]) => ExitCode;
  /** The name of this machine for a reader on another one. */
  readonly host: string | undefined;
}

/** Returns the printer of lines as text or as JSON. `keyed` gives a line its keys in JSON. */
export function logPrinter(
  context: Context,
  form: Omit<Parameters<typeof logText>[0], "colors">,
  keyed: (line: LogLine) => LogLine = (line) => line,
): LogPrinter {
  const { output } = context;
  const textOf = logText({ ...form, colors: output.colors });
  return {
    show(lines) {
      if (lines.length === 0) return;
      const formed = lines.map((line) =>
        output.options.json ? JSON.stringify(logJson(keyed(line))) : textOf(line),
      );
      output.raw(formed.map((line) => `${line}\n`).join(""));
      if (output.options.both) for (const line of lines) output.json(logJson(keyed(line)));
    },
    remark: (line) => output.remark(line),
    say: (problems) => report(context, problems),
    host: context.flags.hostHere,
  };
}
