import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { UiTerminal } from "../../../../src/ui/terminal/shown-terminal.ts";
import type { ReadingState } from "../../terminal/reading.ts";
import type { PageTerminal } from "../../terminal/terminal.ts";
import { heldTaker } from "./held-taker.ts";
import { followTerminal, loadLibrary } from "./terminals.ts";

/** The terminal of an agent, as far as it is open. */
export interface UsedTerminal {
  readonly opened: PageTerminal | undefined;
  /** Undefined until the server has told it. */
  readonly state: UiTerminal | undefined;
  readonly reading: ReadingState;
  /** True if its library could not be loaded. */
  readonly hasFailed: boolean;
  readonly again: () => void;
}

/** Opens the terminal of an agent in a box, until the box or the agent is another one. */
export function useTerminal(name: string, box: RefObject<HTMLElement | null>): UsedTerminal {
  const [state, setState] = useState<UiTerminal>();
  const [reading, setReading] = useState<ReadingState>({ isAbove: false, hasMore: false });
  const [opened, setOpened] = useState<PageTerminal>();
  const [hasFailed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  // With the layout: the frame of the click begins everything.
  useLayoutEffect(() => {
    let terminal: PageTerminal | undefined;
    let isOver = false;
    // The server opens the pane in the meantime.
    const held = heldTaker();
    const followed = followTerminal(name, {
      ...held,
      tell(next) {
        setState(next);
        held.tell(next);
      },
    });
    async function begin(): Promise<void> {
      try {
        const { openTerminal } = await loadLibrary();
        if (isOver || box.current === null) return;
        terminal = openTerminal(box.current, name, {
          state(next) {
            setReading(next);
            followed.reading(next.isAbove);
          },
          wantsEarlier: followed.earlier,
          wantsPicture: followed.again,
        });
        const made = terminal;
        setOpened(made);
        held.handTo({
          tell: (next) => made.shape(next),
          write: (kind, bytes, drawn) => made.write(kind, bytes, drawn),
          earlier: (earlier) => made.earlier(earlier),
        });
      } catch {
        followed.end();
        if (!isOver) setFailed(true);
      }
    }
    void begin();
    return () => {
      isOver = true;
      followed.end();
      terminal?.close();
      setOpened(undefined);
    };
  }, [name, turn]);
  const again = (): void => {
    // The box is there again.
    setFailed(false);
    setTurn(turn + 1);
  };
  return { opened, state, reading, hasFailed, again };
}
