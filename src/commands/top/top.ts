import { loadFleet } from "../../config/file/load.ts";
import { fail, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { keepHeapSmall } from "../../system/v8-flags.ts";
import { followMachine } from "../../watch/source/follow-machine.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { lookAtFleet } from "../status/look.ts";
import { openTop } from "./view.ts";
import { findFollowedFile } from "../shared/read-fleet.ts";

/** Runs `fleet top`: a live view of the agents, with keys for the commands about them. It changes nothing itself. */
export async function topCommand(context: Context, selection: Selection): Promise<ExitCode> {
  const { stdin, stdout, env } = process;
  if (!stdin.isTTY || !stdout.isTTY || env["TERM"] === "dumb") {
    const hint = "fleet status --watch prints the agents again after each change";
    return reportTrouble(context, fail("bad-usage", "fleet top needs a terminal", { hint }));
  }
  keepHeapSmall();
  const { home, configHome, cacheHome } = context.machine;
  const found = await findFollowedFile(context);
  if (!found.ok) return report(context, found.diagnostics);
  const path = found.value;
  const first = await lookOnce();
  if (!first.ok) return report(context, first.diagnostics);
  const view = openTop(first.value.look, path, context, () => follower.ask());
  const follower = followMachine(path, context.machine, async () => {
    const seen = await lookOnce();
    if (!seen.ok) view.fail(seen.diagnostics);
    else view.show(seen.value.look);
    return seen.ok ? seen.value.config : undefined;
  });
  const hasHungUp = await view.left;
  follower.close();
  // Without a terminal, node 20 aborts at its exit (seen): ending by the signal avoids a core dump.
  if (hasHungUp) process.kill(process.pid, "SIGHUP");
  return exitCodes.ok;

  async function lookOnce() {
    const loaded = await loadFleet({ path, home, configHome, cacheHome });
    if (!loaded.ok) return loaded;
    const { config } = loaded.value;
    const seen = await lookAtFleet(config, selection, [], context);
    return seen.ok ? ({ ok: true, value: { look: seen.value, config } } as const) : seen;
  }
}

function reportTrouble(
  context: Context,
  result: { readonly ok: boolean; readonly diagnostics?: readonly Diagnostic[] },
): ExitCode {
  return report(context, result.diagnostics ?? []);
}
