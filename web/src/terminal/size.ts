import type { Terminal } from "@xterm/xterm";
import type { UiTerminal } from "../../../src/ui/terminal/shown-terminal.ts";
import {
  chosenLetters,
  fittingSize,
  keepLetters,
  nextSize,
  readableSize,
  type CellShape,
  type Letters,
} from "./letters.ts";

/** The size of a terminal in its box. */
export interface TerminalSize {
  /** Takes the size of the pane. */
  readonly shape: (pane: Pick<UiTerminal, "columns" | "rows">) => void;
  /** Returns the size of the letters, after a change. */
  readonly letters: (change?: "fit" | 1 | -1) => Letters;
  readonly close: () => void;
}

/** The space around a terminal in its box, and that of its scroll bar, px. */
const padding = 8;
const barWidth = 14;

/** Keeps the letters of a terminal as large as its box and the chosen size want them. */
export function followSize(box: HTMLElement, terminal: Terminal, cell: CellShape): TerminalSize {
  let letters = chosenLetters();
  let size = { columns: terminal.cols, rows: terminal.rows };

  function fit(): void {
    const space = {
      width: box.clientWidth - 2 * padding - barWidth,
      height: Math.max(window.innerHeight * 0.6, window.innerHeight - pageTop(box) - 24),
    };
    const next =
      letters === "fit"
        ? fittingSize(size, space, cell)
        : letters === "auto"
          ? readableSize(size.columns, space.width, cell)
          : letters;
    if (terminal.options.fontSize !== next) terminal.options.fontSize = next;
  }

  const observer = new ResizeObserver(fit);
  observer.observe(box);
  window.addEventListener("resize", fit);
  return {
    shape({ columns, rows }) {
      size = { columns, rows };
      fit();
      if (terminal.cols !== columns || terminal.rows !== rows) terminal.resize(columns, rows);
    },
    letters(change) {
      const present = terminal.options.fontSize ?? 14;
      if (change === undefined) return letters;
      letters = change === "fit" ? (letters === "fit" ? "auto" : "fit") : nextSize(present, change);
      keepLetters(letters);
      fit();
      return letters;
    },
    close() {
      observer.disconnect();
      window.removeEventListener("resize", fit);
    },
  };
}

/** Returns the place of an element on the page, px from its top. */
function pageTop(element: HTMLElement): number {
  return element.getBoundingClientRect().top + window.scrollY;
}
