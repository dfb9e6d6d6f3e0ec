import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import { hostValueOf, type HostResult } from "../../../hosts/host-result.ts";
import { runInForeground } from "../../../system/child/foreground.ts";
import { shellWord } from "../../../text/shell-word.ts";
import type { HostRoute } from "../../../transport/connect-host.ts";
import { sshArguments, terminalArguments } from "../../../transport/ssh-arguments.ts";
import { report, type Context } from "../../shared/context.ts";
import { exitCodes, type ExitCode } from "../../shared/exit-codes.ts";
import type { ReachableHost } from "../run-hosts.ts";
import { tmuxVariables } from "../../../system/environment.ts";

/** Brings this terminal to the session that a host has found, and waits until it leaves. */
export async function attachOnHost(
  { route }: ReachableHost,
  result: HostResult,
  context: Context,
): Promise<ExitCode> {
  const words = wordsIn(hostValueOf(result), "attach");
  if (words === undefined) return exitCodes.error;
  const line = `exec env ${[...tmuxVariables.map((name) => `-u ${name}`), ...words.map(shellWord)].join(" ")}`;
  if (route.kind === "program") return report(context, [needsSsh]);
  const [file = "", ...args] = commandOn(route, line, terminalArguments);
  const end = await runInForeground(file, args, route.kind === "here" ? tmuxVariables : []);
  return end.kind === "ended" && end.code === 0 ? exitCodes.ok : exitCodes.error;
}

/** Runs the program that a host has prepared next to an agent, on this terminal or these pipes. Returns its exit status. */
export async function execOnHost({ route }: ReachableHost, result: HostResult): Promise<number> {
  const words = wordsIn(hostValueOf(result), "exec");
  if (words === undefined) return exitCodes.error;
  const line = `exec ${words.map(shellWord).join(" ")}`;
  const [file = "", ...args] = commandOn(route, line, isOnTerminal() ? terminalArguments : sshArguments);
  const end = await runInForeground(file, args, []);
  return end.kind === "ended" ? end.code : exitCodes.error;
}

/** Returns the words that run a line for sh at the end of a route. */
function commandOn(route: HostRoute, line: string, argumentsOf: typeof sshArguments): readonly string[] {
  switch (route.kind) {
    case "ssh":
      return ["ssh", ...argumentsOf(route.target, line, route.sharing)];
    case "program":
      return [...route.words, line];
    case "here":
      return ["sh", "-c", line];
  }
}

/** Returns true for a command with a terminal at both ends. */
export function isOnTerminal(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

function wordsIn(value: unknown, key: string): readonly string[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const words: unknown = (value as Readonly<Record<string, unknown>>)[key];
  return Array.isArray(words) ? words.map(String) : undefined;
}

const needsSsh: Diagnostic = {
  severity: "error",
  code: "bad-usage",
  summary: "a terminal reaches another machine through ssh alone",
  detail: "The host has connect, a program without a terminal.",
  hint: "attach there by hand, or give the host ssh",
};
