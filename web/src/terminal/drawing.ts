import type { Terminal } from "@xterm/xterm";

/** The drawings of a terminal that keep its place, one after the other. */
interface Drawing {
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
export function createDrawing(terminal: Terminal, ended: () => void): Drawing {
  let isUnderWay = false;
  let waiting: (() => void)[] = [];

  function inTurn(act: () => void): void {
    if (isUnderWay) waiting.push(() => inTurn(act));
    else act();
  }

  return {
    isUnderWay: () => isUnderWay,
    inTurn,
    keepPlace(parts, line, drawn) {
      isUnderWay = true;
      for (const part of parts) terminal.write(part);
      terminal.write("", () => {
        const to = line();
        if (to !== undefined) terminal.scrollToLine(to);
        isUnderWay = false;
        const due = waiting;
        waiting = [];
        drawn?.();
        for (const each of due) each();
        ended();
      });
    },
  };
}
