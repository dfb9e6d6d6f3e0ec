import { randomUUID } from "node:crypto";
import type { Exec } from "../../../system/exec.ts";
import { runTmux } from "../tmux.ts";
import { expandTabs } from "../format/expand-tabs.ts";

/** The captured text of one pane, below its facts in one line. */
export interface Captured {
  readonly facts: string;
  readonly text: string;
}

/**
 * Returns the captured texts of panes in one call for any number of panes: tmux reads the commands from its standard
 * input, and goes on after a pane that is gone. An unreadable pane is left out.
 *
 * @param facts a format of tmux whose value has no line break
 * @param flags flags of `capture-pane`, such as `-p -e`
 */
export async function captureEach(
  exec: Exec,
  socket: string,
  ids: readonly string[],
  facts: string,
  flags: string,
): Promise<readonly Captured[]> {
  if (ids.length === 0) return [];
  const boundary = randomUUID();
  const commands = ids.map(
    (id) => `display-message -p -t ${id} '${boundary} ${facts}'\ncapture-pane ${flags} -t ${id}\n`,
  );
  const outcome = await runTmux(exec, socket, ["source-file", "-"], {
    input: Buffer.from(commands.join("")),
  });
  if (outcome.kind !== "exited") return [];
  return outcome.stdout
    .split(`${boundary} `)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      return end < 0
        ? { facts: part, text: "" }
        : { facts: part.slice(0, end), text: expandTabs(part.slice(end + 1)) };
    });
}
