import { randomUUID } from "node:crypto";
import type { Exec } from "../../system/exec.ts";
import { runTmux } from "./tmux.ts";

/**
 * Returns the screens of panes with their escape sequences, by pane id, in one call for any number of panes: tmux reads
 * the commands from its standard input, and goes on after a pane that is gone. An unreadable pane is left out.
 */
export async function capturePictures(
  exec: Exec,
  socket: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const boundary = randomUUID();
  const commands = ids.map(
    (id) => `display-message -p -t ${id} '${boundary} #{pane_id}'\ncapture-pane -p -e -t ${id}\n`,
  );
  const outcome = await runTmux(exec, socket, ["source-file", "-"], {
    input: Buffer.from(commands.join("")),
  });
  if (outcome.kind !== "exited") return new Map();
  return new Map(
    outcome.stdout
      .split(`${boundary} `)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return [part.slice(0, end), part.slice(end + 1)] as const;
      })
      .filter(([id]) => id !== ""),
  );
}
