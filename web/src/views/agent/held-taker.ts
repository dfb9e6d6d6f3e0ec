import type { TerminalTaker } from "./terminals.ts";

/** A receiver that keeps everything about a terminal until there is one. */
interface HeldTaker extends TerminalTaker {
  /** Hands over everything so far in its order, and all that comes. */
  readonly handTo: (next: TerminalTaker) => void;
}

/** Returns a receiver that has nothing yet: the server opens a pane while the page makes the terminal for it. */
export function heldTaker(): HeldTaker {
  let to: TerminalTaker | undefined;
  let held: ((taker: TerminalTaker) => void)[] = [];
  const give = (act: (taker: TerminalTaker) => void): void => {
    if (to === undefined) held.push(act);
    else act(to);
  };
  return {
    tell: (terminal) => give((taker) => taker.tell(terminal)),
    write: (kind, bytes, drawn) => give((taker) => taker.write(kind, bytes, drawn)),
    earlier: (earlier) => give((taker) => taker.earlier(earlier)),
    handTo(next) {
      to = next;
      for (const act of held) act(next);
      held = [];
    },
  };
}
