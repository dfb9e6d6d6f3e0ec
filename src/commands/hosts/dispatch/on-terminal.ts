import { fail } from "../../../diagnostics/diagnostic.ts";
import { firstArgumentAt, namesCommand } from "../../../hosts/command-words.ts";
import { problemsOf, type HostResult } from "../../../hosts/host-result.ts";
import { listOf } from "../../../text/counting.ts";
import { needsTerminal } from "../../attach/needs-terminal.ts";
import { reportFailure, type Context } from "../../shared/context.ts";
import { exitCodes } from "../../shared/exit-codes.ts";
import { runOnHosts, type Errands, type ReachableHost } from "../run-hosts.ts";
import { codeOf, showResults, type Shown } from "../show-results.ts";
import { withoutLacking } from "../without-lacking.ts";
import { attachOnHost, execOnHost, isOnTerminal } from "./attach-on-host.ts";

/** Asks the host that has the agent of a command for the way to it, and goes it with this terminal. */
export async function onTerminal(
  errands: Errands,
  { fleet, words }: { readonly fleet: string; readonly words: readonly string[] },
  context: Context,
): Promise<number> {
  const [command = ""] = words;
  if (command === "attach" && !isOnTerminal()) return reportFailure(context, needsTerminal());
  const shown = { fleet, command };
  const host = await onlyHost(errands, words, shown, context);
  if (typeof host === "number") return host;
  const results = await runOnHosts({ ...errands, hosts: [host] }, context);
  const [result] = results;
  const code = codeOf(results, errands.stopSignals.soon.aborted, context.flags);
  if (code !== exitCodes.ok || command === "attach") showResults(results, errands, shown, context);
  // The code of exec is that of a program, also if there is none.
  if (command === "exec" && result?.end.name === "done" && result.end.code !== exitCodes.ok)
    return result.end.code;
  if (code !== exitCodes.ok || result === undefined) return code;
  return command === "attach" ? attachOnHost(host, result, context) : execOnHost(host, result);
}

/** Returns the one host with the agent; the exit code if there is none, or if there are several. */
async function onlyHost(
  errands: Errands,
  words: readonly string[],
  shown: Shown,
  context: Context,
): Promise<ReachableHost | number> {
  const [first, ...others] = errands.hosts;
  if (first !== undefined && others.length === 0) return first;
  // The command itself may prepare something on each host that it asks.
  const requestFor: Errands["requestFor"] = (host) => ({
    ...errands.requestFor(host),
    words: namesCommand(words),
  });
  const asked = await runOnHosts({ ...errands, requestFor }, context);
  const { results, lacking } = withoutLacking(asked, context);
  const isFound = (result: HostResult): boolean =>
    result.end.name === "done" && problemsOf(result).length === 0 && !lacking.includes(result.host);
  const found = results.filter(isFound).map(({ host }) => host);
  showResults(
    results.filter((result) => !isFound(result)),
    errands,
    shown,
    context,
  );
  const [host, ...more] = errands.hosts.filter(({ name }) => found.includes(name));
  if (host === undefined) return codeOf(results, errands.stopSignals.soon.aborted, context.flags);
  if (more.length === 0) return host;
  const several = fail("bad-usage", `several hosts have such an agent: ${listOf(found)}`, {
    detail: "A terminal can be at one of them only.",
    hint: `name the host and the agent: fleet ${shown.command} ${host.name}/${words[firstArgumentAt(words)] ?? "AGENT"}`,
  });
  return several.ok ? exitCodes.error : reportFailure(context, several);
}
