import type { Terminal } from "@xterm/xterm";

/** The mouse of a terminal, which belongs to the page until somebody types. */
export interface Mouse {
  /** Gives the mouse to a program that asks for it, or back to the page. */
  readonly pass: (isPassed: boolean) => void;
}

/** Clicks, drags, every move, and the form of reports in which nothing can be lost. */
const [clicks, drags, moves, sgr] = [1000, 1002, 1003, 1006];
const modes: ReadonlySet<number> = new Set([clicks, drags, moves, sgr]);

/**
 * Follows the modes by which a program asks for the mouse. The program gets it only while somebody types, and only in the
 * form of SGR. A program that wants to hear of every move hears of drags: each report is a call to tmux.
 */
export function followMouse(terminal: Terminal): Mouse {
  const asked = new Set<number>();
  let isPassed = false;
  // A mode that means nothing, and tells the sequences of this page from those of the program.
  const own = 100_000 + ((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 1_000_000);

  function tell(): void {
    const isWanted = isPassed && asked.has(sgr) && [clicks, drags, moves].some((mode) => asked.has(mode));
    const mode = asked.has(drags) || asked.has(moves) ? drags : clicks;
    const set = isWanted ? `\u001B[?${mode};${sgr};${own}h` : `\u001B[?${clicks};${drags};${sgr};${own}l`;
    terminal.write(set);
  }

  for (const final of ["h", "l"]) {
    terminal.parser.registerCsiHandler({ prefix: "?", final }, (params) => {
      const known = params.filter((mode) => typeof mode === "number" && modes.has(mode)) as number[];
      if (known.length === 0 || params.includes(own)) return false;
      for (const mode of known) {
        if (final === "h") asked.add(mode);
        else asked.delete(mode);
      }
      // Together with other modes, the terminal takes them all: then this takes them back.
      if (isPassed || known.length < params.length) tell();
      return known.length === params.length;
    });
  }
  // A reset, with which each picture begins.
  terminal.parser.registerEscHandler({ final: "c" }, () => {
    asked.clear();
    return false;
  });
  return {
    pass(next) {
      isPassed = next;
      tell();
    },
  };
}
