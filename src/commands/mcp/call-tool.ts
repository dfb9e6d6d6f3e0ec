import { version } from "../../desired/version.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { readArguments } from "../../mcp/read-arguments.ts";
import { tools, type ToolName } from "../../mcp/tools.ts";
import { localMachine } from "../../system/environment.ts";
import { localExec } from "../../system/exec.ts";
import { errorMessage } from "../../text/error-message.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { CommonFlags } from "../shared/flags.ts";
import { gatherOutput, problemsJson, type GatheredOutput } from "../../report/gather-output.ts";
import { toolRuns } from "./tool-runs.ts";
import { internalError } from "../../diagnostics/internal-error.ts";

/** A call of a tool. */
export interface ToolCall {
  readonly tool: ToolName;
  /** As the client has given them. */
  readonly given: unknown;
  readonly stop: AbortSignal;
  readonly onProgress: (line: string) => void;
  /** False after an upgrade: then the parts that are still to be loaded would be of another version. */
  readonly isCurrent: boolean;
  /** Takes an unexpected error. */
  readonly onBug: (error: unknown) => void;
}

/** The result of a call. */
export interface ToolResult {
  /** For people, and for models: it is shorter than the object. */
  readonly text: string;
  /** The JSON of the command, or its problems. */
  readonly value: object;
  readonly isError: boolean;
}

/** Runs the command of a tool in this process: fleet.yaml is read again, and nothing is printed. Never throws. */
export async function callTool(call: ToolCall, flags: CommonFlags): Promise<ToolResult> {
  const gathered = gatherOutput();
  const machine = localMachine();
  const code = await runTool(call, {
    // The first read of fleet.yaml is kept by this object.
    flags: { ...flags },
    machine,
    exec: localExec(machine),
    output: gathered.output,
    caller: { stop: call.stop, agreedPlan: agreedPlan(call.given), onProgress: call.onProgress },
  });
  const { problems } = gathered;
  // A plan waiting for its confirmation is the answer to a question.
  const isError = code !== exitCodes.ok && !problems.some(({ code: kind }) => kind === "needs-confirmation");
  return {
    text: gathered.text() || "There is nothing to show.",
    value: toolValue(call.tool, gathered),
    isError,
  };
}

async function runTool({ tool, given, isCurrent, onBug }: ToolCall, context: Context): Promise<ExitCode> {
  if (!isCurrent) return report(context, [upgraded]);
  const values = readArguments(tools[tool].parameters, given);
  if (!values.ok) return report(context, values.diagnostics);
  try {
    return await toolRuns[tool](context, values.value);
  } catch (error) {
    onBug(error);
    return report(context, [toolBug(error)]);
  }
}

function agreedPlan(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null || !("confirm" in given)) return undefined;
  return typeof given.confirm === "string" ? given.confirm : undefined;
}

function toolValue(tool: ToolName, { values, problems }: GatheredOutput): object {
  const errors = problems.filter(({ severity }) => severity === "error");
  if (tool === "logs" && errors.length === 0) return { formatVersion: "2.0", lines: values };
  const last = values.at(-1);
  return tool !== "logs" && typeof last === "object" && last !== null ? last : problemsJson(problems);
}

const upgraded: Diagnostic = {
  severity: "error",
  code: "blocked",
  summary: `mosaic-fleet has been upgraded, and this server is still of version ${version}`,
  detail: "Nothing was changed.",
  hint: "start the server again: in claude with /mcp, elsewhere with a new session",
};

function toolBug(error: unknown): Diagnostic {
  const hint = "completed actions stay done; the log of the server on standard error says more with DEBUG=1";
  return internalError(errorMessage(error), hint);
}
