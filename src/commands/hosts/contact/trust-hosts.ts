import type { HostResult } from "../../../hosts/host-result.ts";
import { runInForeground } from "../../../system/child/foreground.ts";
import type { HostRoute } from "../../../transport/connect-host.ts";
import { trustArguments } from "../../../transport/ssh-arguments.ts";
import { report, type Context } from "../../shared/context.ts";
import { exitCodes, type ExitCode } from "../../shared/exit-codes.ts";
import { needsNoTrustLine, trustLine, trustNeedsTerminal } from "../../../report/hosts/check-lines.ts";
import { prepareErrands } from "../prepare-errands.ts";

/**
 * Runs `fleet hosts trust`: logs in to one host after the other with questions, so that ssh asks about unknown keys, shows
 * them, and keeps those that the user accepts. fleet itself changes no file of ssh.
 */
export async function trustHosts(context: Context, list: string): Promise<ExitCode> {
  const prepared = await prepareErrands(context, list, []);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  if (!process.stdin.isTTY || !process.stderr.isTTY) return report(context, [trustNeedsTerminal]);
  let ends: readonly HostResult["end"]["name"][] = [];
  for (const { name, route } of prepared.value.hosts) {
    const login = loginOf(route);
    if (login === undefined) {
      context.output.remark(needsNoTrustLine(name));
      continue;
    }
    const end = await runInForeground("ssh", login, []);
    const isTrusted = end.kind === "ended" && end.code === 0;
    ends = [...ends, isTrusted ? "done" : "unreachable"];
    context.output.remark(trustLine(name, isTrusted));
  }
  return ends.includes("unreachable") ? exitCodes.incompleteHosts : exitCodes.ok;
}

/** Returns the arguments of ssh for a login with questions; undefined for a host that is reached without ssh. */
function loginOf(route: HostRoute): readonly string[] | undefined {
  switch (route.kind) {
    case "ssh":
      return trustArguments(route.target);
    case "program":
    case "here":
      return undefined;
  }
}
