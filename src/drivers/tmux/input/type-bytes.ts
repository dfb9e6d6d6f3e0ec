import type { Exec } from "../../../system/exec.ts";
import { runTmux } from "../tmux.ts";
import { guarded, inputEnd, keyObstacle, type InputEnd, type InputTarget } from "./guard.ts";
import { paneProcess } from "../format/pane-process.ts";

/** Bytes in one call: tmux refuses a message of more than 16 kB, and a byte takes three characters. */
const bytesPerCall = 1_000;

/** Gives bytes to the program in a pane as if its terminal had sent them, each call with its check. */
export async function typeBytes(
  exec: Exec,
  socket: string,
  target: InputTarget,
  bytes: Uint8Array,
): Promise<InputEnd> {
  let end: InputEnd = { kind: "done", stdout: "" };
  for (let from = 0; from < bytes.length && end.kind === "done"; from += bytesPerCall) {
    const words = [...bytes.subarray(from, from + bytesPerCall)].map((byte) => byte.toString(16));
    const act = `send-keys -t ${target.id} -H ${words.join(" ")}`;
    end = inputEnd(await runTmux(exec, socket, guarded(target, act, { obstacle: keyObstacle })));
  }
  return end;
}

/**
 * Marks a pane as one somebody types to, until then, in s since the epoch: it counts as attached. Undefined takes the
 * mark away.
 */
export async function markTyping(
  exec: Exec,
  socket: string,
  { id, pid }: InputTarget,
  until: number | undefined,
): Promise<void> {
  const change = until === undefined ? `-u -t ${id} @mosaic_typing` : `-t ${id} @mosaic_typing ${until}`;
  const isSame = `#{==:${paneProcess},${pid}}`;
  await runTmux(exec, socket, ["if-shell", "-F", "-t", id, isSame, `set-option -p ${change}`]);
}
