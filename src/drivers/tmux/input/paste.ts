import { loadCrypto } from "../../../text/digests/digest.ts";
import { screenRows, type ScreenRow } from "../../../send/screen.ts";
import type { Exec } from "../../../system/exec.ts";
import { runTmux } from "../tmux.ts";
import { guarded, inputEnd, type InputEnd, type InputTarget } from "./guard.ts";
import { expandTabs } from "../format/expand-tabs.ts";

/**
 * Pastes a text into a pane, in one call: as a bracketed paste if the program has asked for these. -r keeps line feeds,
 * which tmux would change to carriage returns. A paste passes copy mode and leaves its place.
 */
export async function pasteText(
  exec: Exec,
  socket: string,
  target: InputTarget,
  text: string,
): Promise<InputEnd> {
  const buffer = newBuffer();
  return withBuffer(exec, socket, buffer, {
    args: ["load-buffer", "-b", buffer, "-", ";", ...pasteOf(buffer, target, "-p -r")],
    input: Buffer.from(text),
  });
}

/** The end of a press of Enter, and the screen right before it. */
export interface EnterEnd {
  readonly end: InputEnd;
  /** Undefined if tmux has not shown it. */
  readonly before: readonly ScreenRow[] | undefined;
}

/** Presses Enter in a pane, as a paste of a carriage return: a key would end in copy mode, or also reach other panes. */
export async function pressEnter(exec: Exec, socket: string, target: InputTarget): Promise<EnterEnd> {
  const buffer = newBuffer();
  const capture = ["capture-pane", "-p", "-e", "-t", target.id, ";"];
  const paste = pasteOf(buffer, target, "-r");
  const end = await withBuffer(exec, socket, buffer, {
    args: ["set-buffer", "-b", buffer, "\r", ";", ...capture, ...paste],
  });
  return { end, before: end.kind === "done" ? screenRows(expandTabs(end.stdout)) : undefined };
}

function pasteOf(buffer: string, target: InputTarget, flags: string): readonly string[] {
  return guarded(target, `paste-buffer ${flags} -d -b ${buffer} -t ${target.id}`, {
    otherwise: `delete-buffer -b ${buffer}`,
  });
}

/** Runs a call that makes a buffer, and removes the buffer if the call has not. */
async function withBuffer(
  exec: Exec,
  socket: string,
  buffer: string,
  { args, input }: { readonly args: readonly string[]; readonly input?: Uint8Array },
): Promise<InputEnd> {
  const end = inputEnd(await runTmux(exec, socket, args, { input }));
  const isGone = end.kind === "done" || (end.kind === "refused" && end.pid !== undefined);
  if (!isGone) await runTmux(exec, socket, ["delete-buffer", "-b", buffer]);
  return end;
}

function newBuffer(): string {
  return `fleet-${loadCrypto().randomUUID()}`;
}
