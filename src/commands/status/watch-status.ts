import { wordingText } from "../../report/terminal/wording-text.ts";
import { loadFleet } from "../../config/file/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { openStatusView } from "../../report/status/status-view.ts";
import { statusSummary, statusText } from "../../report/status/status-text.ts";
import { outputColumns } from "../../report/terminal/output-columns.ts";
import { keepHeapSmall } from "../../system/v8-flags.ts";
import { followMachine } from "../../watch/source/follow-machine.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { arranged, withActivities, type Wanted } from "./status-form.ts";
import { heardStatus } from "../shared/heard.ts";
import { lookAtFleet, type StatusLook } from "./look.ts";
import { createRefresher } from "./refresh.ts";
import { findFollowedFile } from "../shared/read-fleet.ts";

/** The time between two readings of figures on a terminal, ms. */
const refreshMs = 5_000;

/**
 * Runs `fleet status --watch` until a signal or Ctrl-C: on a terminal in place, and otherwise with a whole table after
 * each change. Takes no lock, and changes nothing.
 */
export async function watchStatus(context: Context, selection: Selection, wanted: Wanted): Promise<ExitCode> {
  const { machine, output, exec } = context;
  keepHeapSmall();
  const { home, configHome, cacheHome } = machine;
  const found = await findFollowedFile(context);
  if (!found.ok) return report(context, found.diagnostics);
  const path = found.value;
  const view = openStatusView(process.env);
  const refresher = createRefresher(exec);
  let look: StatusLook | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failure: readonly Diagnostic[] | undefined;

  async function showSeen(seen: StatusLook): Promise<void> {
    const { look: shown, form } = await arranged(
      withActivities(seen, wanted),
      wanted,
      outputColumns(),
      context,
    );
    const status = await heardStatus(shown.status, context);
    const lines = statusText(status, Date.now(), output.colors, form).map(wordingText);
    view.show(lines, keyOfLook(shown), statusSummary(status.agents));
  }

  async function refreshShown(): Promise<void> {
    const before = look;
    if (before !== undefined) {
      const names = new Set(before.status.agents.map(({ name }) => name));
      const fresh = await refresher.refresh(before, names, false);
      // A look in the meantime is newer.
      if (look === before) await showSeen((look = fresh));
    }
    timer = setTimeout(() => void refreshShown(), refreshMs);
  }

  const follower = followMachine(path, machine, async () => {
    const loaded = await loadFleet({ path, home, configHome, cacheHome });
    const { columns } = wanted;
    const seen = loaded.ok ? await lookAtFleet(loaded.value.config, selection, columns, context) : loaded;
    if (seen.ok) await showSeen((look = seen.value));
    else if (look === undefined) {
      failure = seen.diagnostics;
      view.end();
    } else view.say(`${seen.diagnostics[0]?.summary ?? "the look failed"}; shown is the last look`);
    return loaded.ok ? loaded.value.config : undefined;
  });
  if (view.isLive) timer = setTimeout(() => void refreshShown(), refreshMs);
  const hasHungUp = await view.left;
  clearTimeout(timer);
  follower.close();
  if (failure !== undefined) return report(context, failure);
  // Without a terminal, node 20 aborts at its exit (seen): ending by the signal avoids a core dump.
  if (hasHungUp) process.kill(process.pid, "SIGHUP");
  return exitCodes.ok;
}

/** Returns what makes a status another one: times and figures change all the time. */
function keyOfLook({ status }: StatusLook): string {
  const agents = status.agents.map(
    ({ activity, name, state, pid, restarts, attached, viewers, pending, exitStatus }) =>
      [name, state, activity?.state, pid, restarts, attached, viewers, pending, exitStatus].join(" "),
  );
  return JSON.stringify([agents, status.holder, status.watcher?.pid, status.notes]);
}
