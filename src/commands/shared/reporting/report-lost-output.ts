import { createOutput, wantsColor } from "../../../report/output.ts";
import { lostOutput } from "../../../report/terminal/print.ts";
import { exitCodes } from "../exit-codes.ts";

/**
 * Reports on standard error that output could not be written, for example on a full disk. Returns the exit
 * code of the run, with an error in place of a success, because the next step of a script would take half a
 * file for a whole one. A closed reader (`| head`) is no error.
 */
export function reportLostOutput(code: number): number {
  const lost = lostOutput();
  if (lost === undefined) return code;
  const output = createOutput({ json: false, color: wantsColor(true), quiet: false, verbose: false });
  const name = lost.stream === "stdout" ? "standard output" : "standard error";
  output.diagnostics([
    {
      severity: "error",
      code: "output-lost",
      summary: `${name} cannot be written: ${lost.message}`,
      detail: "The output is incomplete. The changes of the command stay.",
      hint: "free some space or raise the quota, or write to another place, and run it again",
    },
  ]);
  return code === exitCodes.ok || code === exitCodes.changesPending ? exitCodes.error : code;
}
