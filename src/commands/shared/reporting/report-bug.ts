import { createOutput } from "../../../report/output.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { errorMessage } from "../../../text/error-message.ts";
import { internalError } from "../../../diagnostics/internal-error.ts";

/** Reports an unexpected failure: in one line, with the stack only if DEBUG is set. */
export function reportBug(error: unknown, json: boolean): ExitCode {
  const output = createOutput({ json, color: false, quiet: false, verbose: false });
  const message = errorMessage(error);
  const detail = process.env["DEBUG"] && error instanceof Error ? (error.stack ?? message) : message;
  const hint = "completed actions stay done; run it again with DEBUG=1 and report the output";
  output.diagnostics([internalError(detail, hint)]);
  return exitCodes.error;
}
