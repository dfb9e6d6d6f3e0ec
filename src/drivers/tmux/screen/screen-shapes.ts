import type { Exec } from "../../../system/exec.ts";
import { sequence } from "../sequence.ts";
import { runTmux } from "../tmux.ts";
import { paneProcess } from "../format/pane-process.ts";

/** Returns a text about each pane, other for another process, size or mode, in one call; none for a pane that is gone. */
export async function screenShapes(
  exec: Exec,
  socket: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const format = `#{pane_id} ${paneProcess} #{pane_dead} #{pane_width}x#{pane_height} #{pane_mode}`;
  const args = sequence(ids.map((id) => `display-message -p -t ${id} '${format}'`));
  const outcome = await runTmux(exec, socket, args, { isLook: true });
  if (outcome.kind !== "exited") return new Map();
  const lines = outcome.stdout.split("\n").filter((line) => line.startsWith("%"));
  return new Map(lines.map((line) => [line.split(" ")[0] ?? "", line]));
}
