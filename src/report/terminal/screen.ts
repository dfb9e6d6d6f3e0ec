import { createLogUpdate } from "log-update";
import { handleStreamErrors } from "./print.ts";

/** The whole terminal, taken for a view. The text before it comes back at the end. */
export interface TerminalScreen {
  readonly columns: number;
  /** Rows a frame may have. */
  readonly rows: number;
  /** Shows lines in place of the last ones. */
  draw(lines: readonly string[]): void;
  /** Gives the terminal back, as it was. */
  leave(): void;
  /** Takes it again. */
  enter(): void;
}

const alternate = { on: "\u001B[?1049h\u001B[H", off: "\u001B[?1049l" };
const clear = "\u001B[2J\u001B[H";

/** Takes the terminal of standard output. */
export function openScreen(): TerminalScreen {
  handleStreamErrors("stdout");
  const { stdout } = process;
  const frames = createLogUpdate(stdout);
  let size = "";
  let isTaken = false;
  const screen: TerminalScreen = {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      // The cursor stands in the line below a frame.
      return Math.max(1, (stdout.rows || 24) - 1);
    },
    draw(lines) {
      if (!isTaken) return;
      const now = `${screen.columns}x${screen.rows}`;
      // A terminal of another size has moved the lines: nothing of the last frame can be used again.
      if (now !== size) {
        frames.done();
        stdout.write(clear);
      }
      size = now;
      frames(lines.slice(0, screen.rows).join("\n"));
    },
    leave() {
      if (!isTaken) return;
      isTaken = false;
      frames.done();
      stdout.write(alternate.off);
    },
    enter() {
      if (isTaken) return;
      isTaken = true;
      size = "";
      stdout.write(alternate.on);
    },
  };
  screen.enter();
  return screen;
}
