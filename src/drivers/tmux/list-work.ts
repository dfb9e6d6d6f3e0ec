import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { RunningPane } from "../../machine/tmux-panes.ts";
import type { Exec } from "../../system/exec.ts";
import { explainTmux, isNoServer, runTmux } from "./tmux.ts";

/** A pane of any tmux server, with the parts that tell how it was started. */
export interface WorkingPane extends RunningPane {
  /** True if the session belongs to a fleet. */
  readonly isOwned: boolean;
}

/** A printable character nobody types: some versions of tmux escape control characters. */
const fieldSeparator = "\u241F";

const workFields = [
  "#{session_name}",
  "#{window_index}",
  "#{window_name}",
  "#{window_layout}",
  "#{pane_start_command}",
  "#{pane_current_command}",
  "#{pane_current_path}",
  "#{@mosaic_unit}",
  "#{automatic-rename}",
];

/** Lists the panes of a tmux server, in the order of their sessions and windows. Fails without a server. */
export async function listWork(exec: Exec, socket: string): Promise<Result<readonly WorkingPane[]>> {
  const args = ["list-panes", "-a", "-F", workFields.join(fieldSeparator)];
  const outcome = await runTmux(exec, socket, args);
  if (isNoServer(outcome)) {
    return fail("no-tmux", `no tmux server runs on the socket ${socket}`, {
      hint: "name another one with --socket; `ls /tmp/tmux-$UID` lists them",
    });
  }
  if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, args);
  return ok(parseWork(outcome.stdout));
}

/** Parses the lines of listWork. */
export function parseWork(output: string): readonly WorkingPane[] {
  return output.split("\n").flatMap((line): readonly WorkingPane[] => {
    const [session, window, windowName, layout, startCommand, running, folder, unit, named] =
      line.split(fieldSeparator);
    if (session === undefined || unit === undefined) return [];
    return [
      {
        session,
        window: Number(window),
        windowName: windowName ?? "",
        layout: layout ?? "",
        startCommand: unquoted(startCommand ?? ""),
        running: running ?? "",
        folder: folder ?? "",
        isNamedByTmux: named === "1",
        isOwned: unit !== "",
      },
    ];
  });
}

/** Takes the double quotes away in which tmux shows a command given as one word. */
function unquoted(text: string): string {
  const whole = /^"(?<inner>(?:[^"\\]|\\.)*)"$/.exec(text)?.groups?.["inner"];
  return whole === undefined ? text : whole.replaceAll(/\\(.)/g, "$1");
}
