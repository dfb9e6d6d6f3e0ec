import { resolve } from "node:path";
import { findFleet } from "../../config/file/load.ts";
import { allowedTools } from "../../mcp/allowed-tools.ts";
import type { ClientName } from "../../mcp/client-names.ts";
import { clientSettings, settingsPlace } from "../../report/mcp/client-settings.ts";
import { terminalLines } from "../../report/mcp/server-text.ts";
import { listenForSignals } from "../../system/signals.ts";
import { errorMessage } from "../../text/error-message.ts";
import { fileStamp } from "../../system/program-stamp.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { McpFlags } from "../shared/flags.ts";

/**
 * Runs `fleet mcp`: serves commands as tools of the Model Context Protocol, on standard input and output, until the
 * client closes them. Only the protocol writes to standard output.
 */
export async function mcpCommand(context: Context, flags: McpFlags): Promise<ExitCode> {
  const { output } = context;
  const allowed = await allowedTools(flags.allow);
  if (!allowed.ok) return report(context, allowed.diagnostics);
  if (flags.printConfig !== undefined) return printConfig(context, flags, flags.printConfig);
  if (process.stdin.isTTY) for (const line of terminalLines()) output.remark(line);
  const signals = listenForSignals(() => undefined);
  const onError = (error: unknown): void => {
    const isBug = error instanceof Error && process.env["DEBUG"];
    output.remark(isBug ? (error.stack ?? error.message) : errorMessage(error));
  };
  const [{ serveTools }, { callTool }] = await Promise.all([import("./serve.ts"), import("./call-tool.ts")]);
  const { file } = context.flags;
  const program = process.argv[1] ?? "";
  const build = fileStamp(program);
  await serveTools({
    allowed: allowed.value,
    call: (call) =>
      callTool(
        { ...call, isCurrent: fileStamp(program) === build, onBug: onError },
        file === undefined ? {} : { file },
      ),
    onError,
    end: signals.stopSignals.soon,
  });
  signals.end();
  return exitCodes.ok;
}

async function printConfig(
  context: Context,
  { allow }: McpFlags,
  client: ClientName | true,
): Promise<ExitCode> {
  const { flags, machine, output } = context;
  const found = await findFleet({
    path: flags.file,
    configHome: machine.configHome,
    cacheHome: machine.cacheHome,
  });
  if (!found.ok && flags.file !== undefined) return report(context, found.diagnostics);
  const name = client === true ? "json" : client;
  output.remark(settingsPlace(name));
  output.raw(
    clientSettings(name, [
      "fleet",
      "mcp",
      ...(found.ok ? ["--file", resolve(found.value)] : []),
      ...(allow === undefined ? [] : ["--allow", allow]),
    ]),
  );
  return exitCodes.ok;
}
