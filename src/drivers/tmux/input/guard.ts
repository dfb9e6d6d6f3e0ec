import type { CommandOutcome } from "../../../system/command.ts";
import { paneProcess } from "../format/pane-process.ts";
import { isNoPane } from "../tmux.ts";

/** A pane with the process the input is for. */
export interface InputTarget {
  /** `%N` */
  readonly id: string;
  /** The pane's process. */
  readonly pid: number;
}

/**
 * The end of a guarded call. `refused`: the pane is dead or takes no input, has another process, or is gone; then nothing
 * has reached it.
 */
export type InputEnd =
  | { readonly kind: "done"; readonly stdout: string }
  | {
      readonly kind: "refused";
      readonly dead: boolean;
      readonly isInputOff: boolean;
      /** The pane's process now; undefined without a pane. */
      readonly pid: number | undefined;
      /** The mode that takes the keys; empty outside of modes. */
      readonly mode: string;
    }
  | { readonly kind: "failed"; readonly outcome: CommandOutcome };

/** Modes of the pane, and other panes of the window, that would get a key. */
export const keyObstacle = "#{||:#{pane_in_mode},#{&&:#{pane_synchronized},#{!=:#{window_panes},1}}}";

const done = "fleet-done";
const refused = "fleet-refused";

/**
 * Returns the part of a call to tmux that acts on a pane only if its process is the expected one and takes input. tmux
 * checks and acts without a moment in between: a paste into a dead pane would end it with all agents (tmux/tmux#3830,
 * before 3.5). `otherwise` are the commands for a refusal, and `obstacle` is a format for a further reason of one.
 */
export function guarded(
  { id, pid }: InputTarget,
  act: string,
  { otherwise, obstacle = "0" }: { readonly otherwise?: string; readonly obstacle?: string } = {},
): readonly string[] {
  const isRefused = `#{||:#{||:#{pane_dead},#{pane_input_off}},#{||:#{!=:${paneProcess},${pid}},${obstacle}}}`;
  const facts = `${refused} #{pane_dead} #{pane_input_off} ${paneProcess} #{pane_mode}`;
  const refuse = [otherwise, `display-message -p -t ${id} '${facts}'`].filter(Boolean).join(" ; ");
  return ["if-shell", "-F", "-t", id, isRefused, refuse, `${act} ; display-message -p ${done}`];
}

/** Returns the end of a call with a guarded part. */
export function inputEnd(outcome: CommandOutcome): InputEnd {
  if (outcome.kind !== "exited") return { kind: "failed", outcome };
  const lines = outcome.stdout.split("\n");
  if (outcome.code === 0 && lines.includes(done)) {
    return { kind: "done", stdout: outcome.stdout.replace(`${done}\n`, "") };
  }
  const facts = lines.find((line) => line.startsWith(`${refused} `))?.split(" ");
  if (facts !== undefined) {
    const [, dead, inputOff, pid, mode = ""] = facts;
    return { kind: "refused", dead: dead === "1", isInputOff: inputOff === "1", pid: Number(pid), mode };
  }
  if (isNoPane(outcome)) {
    return { kind: "refused", dead: false, isInputOff: false, pid: undefined, mode: "" };
  }
  return { kind: "failed", outcome };
}
