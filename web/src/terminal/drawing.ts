import type { Terminal } from "@xterm/xterm";

/** The drawings of a terminal that keep its place, one after the other. */
export interface Drawings {
  readonly isUnderWay: () => boolean;
  /** Does something after the present drawing. */
  readonly inTurn: (act: () => void) => void;
  /** Writes, and then scrolls to a line; undefined is the end. Everything else waits. */
  readonly keepPlace: (
    parts: readonly (Uint8Array | string)[],
    line: () => number | undefined,
    drawn?: () => void,
  ) => void;
}

/** Returns the drawings of a terminal. `ended` is called after each. */
export function createDrawing(terminal: Terminal, ended: () => void): Drawings {
  return new TerminalDrawing(terminal, ended);
}

class TerminalDrawing implements Drawings {
  readonly #terminal: Terminal;
  readonly #ended: () => void;
  #isUnderWay = false;
  /** Acts for after the present drawing. */
  #waiting: (() => void)[] = [];

  constructor(terminal: Terminal, ended: () => void) {
    [this.#terminal, this.#ended] = [terminal, ended];
  }

  isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  inTurn(act: () => void): void {
    if (this.#isUnderWay) this.#waiting.push(() => this.inTurn(act));
    else act();
  }

  keepPlace(
    parts: readonly (Uint8Array | string)[],
    line: () => number | undefined,
    drawn?: () => void,
  ): void {
    this.#isUnderWay = true;
    for (const part of parts) this.#terminal.write(part);
    this.#terminal.write("", () => {
      const to = line();
      if (to !== undefined) this.#terminal.scrollToLine(to);
      this.#isUnderWay = false;
      const due = this.#waiting;
      this.#waiting = [];
      drawn?.();
      for (const each of due) each();
      this.#ended();
    });
  }
}
