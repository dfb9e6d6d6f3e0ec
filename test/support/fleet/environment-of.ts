import type { Sandbox } from "../rig/sandbox.ts";

/** Returns the environment of an agent's own command, a variable a line: it is the only child of the pane's process. */
export async function environmentOf(box: Sandbox, agent: string): Promise<string> {
  return box.sh(`
    pane=$(tmux -N -L mosaic-factory list-panes -t '=${agent}:' -F '#{pane_pid}')
    tr '\\0' '\\n' </proc/$(cat /proc/$pane/task/$pane/children | tr -d ' ')/environ`);
}
