import { createOutput } from "../../../report/output.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { errorMessage } from "../../../text/error-message.ts";

/** Reports an unexpected failure: in one line, with the stack only if DEBUG is set. */
export function reportBug(error: unknown, json: boolean): ExitCode {
  const output = createOutput({ json, color: false, quiet: false, verbose: false });
  const message = errorMessage(error);
  output.diagnostics([
    {
      severity: "error",
      code: "internal",
      summary: "internal error (a bug in mosaic-fleet)",
      detail: process.env["DEBUG"] && error instanceof Error ? (error.stack ?? message) : message,
      hint: "completed actions stay done; run it again with DEBUG=1 and report the output",
    },
  ]);
  return exitCodes.error;
}
