import type { Exec } from "../../../system/exec.ts";
import { runTmux } from "../tmux.ts";
import { guarded, inputEnd, keyObstacle, type InputEnd, type InputTarget } from "./guard.ts";

/** Presses a key by its name, in one call with its check. `leavesMode` ends copy mode before. */
export async function pressKey(
  exec: Exec,
  socket: string,
  target: InputTarget,
  key: string,
  leavesMode: boolean,
): Promise<InputEnd> {
  const press = `send-keys -t ${target.id} ${keyWord(key)}`;
  const act = leavesMode ? `copy-mode -q -t ${target.id} ; ${press}` : press;
  const args = guarded(target, act, leavesMode ? {} : { obstacle: keyObstacle });
  return inputEnd(await runTmux(exec, socket, args));
}

/** Returns a word as tmux's own language takes it. */
function keyWord(word: string): string {
  return word.includes("'") ? `"${word}"` : `'${word}'`;
}
