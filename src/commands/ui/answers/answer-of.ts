import { gatherOutput, problemsJson } from "../../../report/gather-output.ts";
import { errorMessage } from "../../../text/error-message.ts";
import type { Answer } from "../../../ui/server.ts";
import type { Context } from "../../shared/context.ts";
import { exitCodes, type ExitCode } from "../../shared/exit-codes.ts";
import { internalError } from "../../../diagnostics/internal-error.ts";

/** A command that only reads. */
export type ReadingCommand = (context: Context) => Promise<ExitCode>;

/**
 * Runs a command in this process, and returns its JSON; of lines with `isLines`. Nothing is printed. The first read of
 * fleet.yaml is kept by the flags, so each run has its own.
 */
export async function answerOf(
  { machine, exec, flags }: Omit<Context, "output">,
  command: ReadingCommand,
  isLines: boolean,
): Promise<Answer> {
  const { output, values, problems, remarks } = gatherOutput();
  const code = await attempt(() => command({ flags: { ...flags }, machine, exec, output }));
  if (code instanceof Error) return { isError: true, value: bugAnswer(code) };
  const errors = problems.filter(({ severity }) => severity === "error");
  if (code !== exitCodes.ok || errors.length > 0) return { isError: true, value: problemsJson(problems) };
  const value = isLines ? { lines: values, remarks } : values.at(-1);
  return { isError: false, value: typeof value === "object" && value !== null ? value : {} };
}

async function attempt(run: () => Promise<ExitCode>): Promise<ExitCode | Error> {
  try {
    return await run();
  } catch (error) {
    return error instanceof Error ? error : new Error(errorMessage(error));
  }
}

function bugAnswer({ message }: Error): object {
  return problemsJson([internalError(message, "nothing was changed; please report it")]);
}
