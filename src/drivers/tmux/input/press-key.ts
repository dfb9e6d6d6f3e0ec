import type { Exec } from "../../../system/exec.ts";
import { runTmux } from "../tmux.ts";
import { guarded, inputEnd, type InputEnd, type InputTarget } from "./guard.ts";

/** Modes of the pane, and other panes of the window, that would get the key. */
const obstacle = "#{||:#{pane_in_mode},#{&&:#{pane_synchronized},#{!=:#{window_panes},1}}}";

/** Presses a key by its name, in one call with its check. `leavesMode` ends copy mode before. */
export async function pressKey(
  exec: Exec,
  socket: string,
  target: InputTarget,
  key: string,
  leavesMode: boolean,
): Promise<InputEnd> {
  const press = `send-keys -t ${target.id} ${quoted(key)}`;
  const act = leavesMode ? `copy-mode -q -t ${target.id} ; ${press}` : press;
  const args = guarded(target, act, leavesMode ? {} : { obstacle });
  return inputEnd(await runTmux(exec, socket, args));
}

/** Returns a word as tmux's own language takes it. */
function quoted(word: string): string {
  return word.includes("'") ? `"${word}"` : `'${word}'`;
}
