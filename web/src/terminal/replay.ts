import { plainSequence } from "../../../src/ui/terminal/picture-bytes.ts";

/** The output behind the present state of a terminal, to draw it again below earlier lines. */
export interface Replay {
  /** A picture replaces everything before it. */
  readonly picture: (bytes: Uint8Array) => void;
  readonly stream: (bytes: Uint8Array) => void;
  /** Puts the text of earlier rows above everything else. */
  readonly earlier: (text: string) => void;
  /** Returns everything in its order; undefined if it is not known any more, because that was too much. */
  readonly parts: () => readonly (Uint8Array | string)[] | undefined;
}

/** The largest amount of output that is kept, bytes: a replay of so much takes a tenth of a second. */
const mostBytes = 4 * 1024 * 1024;

/** Resets a terminal, with line drawing in G1, as capture-pane has it. */
const reset = "\u001Bc\u001B)0";
/** A picture begins with a reset of its own: `ESC c`. */
const resetLength = 2;

/** Returns the output behind a terminal: none yet. Pure, except for its memory. */
export function createReplay(): Replay {
  return new KeptOutput();
}

class KeptOutput implements Replay {
  /** The texts of earlier rows, the first ones first. */
  #above: string[] = [];
  /** The last picture and the output since; undefined if that was too much. */
  #below: Uint8Array[] | undefined = [];
  /** Bytes of all. */
  #size = 0;

  picture(bytes: Uint8Array): void {
    this.#above = [];
    this.#below = [bytes.subarray(resetLength)];
    this.#size = bytes.length;
  }

  stream(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size > mostBytes) this.#below = undefined;
    else this.#below?.push(bytes);
  }

  earlier(text: string): void {
    this.#size += text.length;
    const rows = text.replace(/\n$/, "").replaceAll("\n", "\r\n");
    this.#above = [`${rows}\r\n${plainSequence}`, ...this.#above];
  }

  parts(): readonly (Uint8Array | string)[] | undefined {
    return this.#below && [reset, ...this.#above, ...this.#below];
  }
}
