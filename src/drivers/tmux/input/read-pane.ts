import { fail, ok, type Result } from "../../../diagnostics/diagnostic.ts";
import { screenRows, type Screen } from "../../../send/screen.ts";
import type { Exec } from "../../../system/exec.ts";
import { explainTmux, isNoPane, runTmux } from "../tmux.ts";
import { expandTabs } from "../format/expand-tabs.ts";
import { paneProcess } from "../format/pane-process.ts";

/** A pane at the moment before something is sent to it. */
export interface InputPane {
  /** The pane's process: another one means the agent was restarted. */
  readonly pid: number;
  readonly dead: boolean;
  readonly isInputOff: boolean;
  /** The mode that takes the keys, such as `copy-mode`; empty outside of modes. A paste passes it. */
  readonly mode: string;
  /** True if keys also go to the other panes of the window. */
  readonly isSynchronized: boolean;
  /** The path of its terminal. */
  readonly tty: string;
  readonly screen: Screen;
}

const inputFormat = [
  paneProcess,
  "#{pane_dead}",
  "#{pane_input_off}",
  "#{pane_mode}",
  "#{&&:#{pane_synchronized},#{!=:#{window_panes},1}}",
  "#{cursor_y}",
  "#{pane_tty}",
].join("|");

/** Reads a pane and its screen, in one call; undefined if the pane is gone. */
export async function readPane(
  exec: Exec,
  socket: string,
  id: string,
): Promise<Result<InputPane | undefined>> {
  const args = ["display-message", "-p", "-t", id, inputFormat, ";", "capture-pane", "-p", "-e", "-t", id];
  const outcome = await runTmux(exec, socket, args, { isLook: true });
  if (isNoPane(outcome)) return ok(undefined);
  if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, args);
  const end = outcome.stdout.indexOf("\n");
  const [pid, dead, inputOff, mode = "", synchronized, cursorRow, tty = ""] = outcome.stdout
    .slice(0, end)
    .split("|");
  if (!(Number(pid) > 0)) {
    // tmux 3.3a prints empty values for a pane that does not exist.
    if (pid === "") return ok(undefined);
    return fail("unreadable-output", "tmux display-message printed something other than a pane", {
      detail: `It began with: ${JSON.stringify(outcome.stdout.slice(0, 80))}`,
    });
  }
  return ok({
    pid: Number(pid),
    dead: dead === "1",
    isInputOff: inputOff === "1",
    mode,
    isSynchronized: synchronized === "1",
    tty,
    screen: { rows: screenRows(expandTabs(outcome.stdout.slice(end + 1))), cursorRow: Number(cursorRow) },
  });
}
