import type { InputEnd, InputTarget } from "../../../drivers/tmux/input/guard.ts";
import { pasteText } from "../../../drivers/tmux/input/paste.ts";
import { typeBytes } from "../../../drivers/tmux/input/type-bytes.ts";
import { maxTextBytes, textToSend } from "../../../send/text.ts";
import type { Exec } from "../../../system/exec.ts";
import type { TypingEnd } from "../../../ui/protocol.ts";

/** A pane of a tmux server, with its process. */
export interface TypedPane {
  readonly socket: string;
  readonly target: InputTarget;
}

/** Keys, or a text that is pasted as one. */
export interface TypedInput {
  readonly kind: "keys" | "paste";
  readonly text: string;
}

/** The inputs on their way to a pane, in their order. */
export interface KeyQueue {
  readonly add: (input: TypedInput) => void;
  /** Fulfilled if nothing is on its way. */
  readonly delivered: () => Promise<void>;
}

/**
 * Returns the queue of a pane: one call to tmux after the other, and all keys that wait for a call go in the next one. After
 * a refusal, which `refused` hears, nothing follows: the keys behind it would be half of what somebody meant.
 */
export function createKeyQueue(exec: Exec, pane: TypedPane, refused: (reason: TypingEnd) => void): KeyQueue {
  const waiting: TypedInput[] = [];
  let work: Promise<void> | undefined;
  let isRefused = false;

  async function deliver(): Promise<void> {
    for (let input = waiting.shift(); input !== undefined; input = waiting.shift()) {
      const reason = await give(exec, pane, input).catch((): TypingEnd => "failed");
      if (reason === undefined) continue;
      isRefused = true;
      waiting.length = 0;
      refused(reason);
    }
    work = undefined;
  }

  return {
    add(input) {
      if (isRefused) return;
      const last = waiting.at(-1);
      if (input.kind === "keys" && last?.kind === "keys") {
        waiting[waiting.length - 1] = { kind: "keys", text: last.text + input.text };
      } else waiting.push(input);
      work ??= deliver();
    },
    delivered: async () => work,
  };
}

/** Gives one input to a pane. Returns the reason of a refusal. */
async function give(exec: Exec, pane: TypedPane, { kind, text }: TypedInput): Promise<TypingEnd | undefined> {
  const { socket, target } = pane;
  if (kind === "keys") return typingEnd(await typeBytes(exec, socket, target, Buffer.from(text)), target);
  const bytes = Buffer.from(withoutControlKeys(text));
  if (bytes.length > maxTextBytes) return "too-long";
  const clean = textToSend(bytes, "the text", true);
  // An empty paste, or one of spaces alone.
  if (!clean.ok) return undefined;
  return typingEnd(await pasteText(exec, socket, target, clean.value), target);
}

/** Returns a text without control characters: one of them could end a bracketed paste, and act as keys after it. */
function withoutControlKeys(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\r\n?/g, "\n").replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, "");
}

function typingEnd(end: InputEnd, { pid }: InputTarget): TypingEnd | undefined {
  if (end.kind === "done") return undefined;
  if (end.kind === "failed") return "failed";
  if (end.pid === undefined) return "not-running";
  if (end.pid !== pid) return "restarted";
  if (end.dead) return "ended";
  if (end.isInputOff) return "input-off";
  return end.mode === "" ? "synchronized" : "mode";
}
