import { Unicode11Addon } from "@xterm/addon-unicode11";
import headless, { type Terminal } from "@xterm/headless";
import type { UiTerminal } from "../../../src/ui/terminal/shown-terminal.ts";
import { partsOf } from "../../../src/ui/terminal/frames.ts";
import { until } from "../rig/until.ts";
import type { PageSocket } from "./serve-ui.ts";

/** A terminal of a page without a browser: xterm.js's own parser, fed by the server. */
export interface WatchedTerminal {
  readonly terminal: Terminal;
  /** The states that the server has told, the last one last. */
  readonly states: () => readonly UiTerminal[];
  /** Waits for a state. */
  readonly is: (kind: UiTerminal["kind"], reason: UiTerminal["reason"]) => Promise<UiTerminal>;
  /** The rows on the screen. */
  readonly rows: () => readonly string[];
  /** Each cell of the screen with its colors and attributes, and the place of the cursor. */
  readonly cells: () => readonly string[];
  /** All lines, with those above the screen. */
  readonly lines: () => readonly string[];
  /** The number of pictures that came. */
  readonly pictures: () => number;
  /** False to tell the server nothing of what is drawn. */
  acknowledges: boolean;
  /** The bytes that came. */
  readonly bytes: () => number;
  readonly close: () => void;
}

/** Opens the terminal of an agent on a page. */
export function watchTerminal(page: PageSocket, agent: string, channel: number): WatchedTerminal {
  const terminal = new headless.Terminal({ allowProposedApi: true, cols: 80, rows: 24, scrollback: 10_000 });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  const states = (): readonly UiTerminal[] =>
    page.messages.flatMap((each) =>
      each.t === "terminal" && each.channel === channel ? [each.terminal] : [],
    );
  let [pictures, size, unacknowledged] = [0, 0, 0];
  const take = page.onFrame;
  page.onFrame = (frame) => {
    const parts = partsOf(frame);
    if (parts?.channel !== channel) return take(frame);
    if (parts.kind === "picture") pictures += 1;
    size += parts.bytes.length;
    const last = states().at(-1);
    if (last !== undefined && last.kind !== "none") terminal.resize(last.columns, last.rows);
    const { length } = parts.bytes;
    terminal.write(parts.bytes, () => {
      unacknowledged += length;
      acknowledge();
    });
  };
  function acknowledge(): void {
    if (!watched.acknowledges || unacknowledged === 0) return;
    page.tell({ t: "ack", channel, bytes: unacknowledged });
    unacknowledged = 0;
  }
  let acknowledges = true;
  const { buffer } = terminal;
  const watched: WatchedTerminal = {
    terminal,
    states,
    is: (kind, reason) =>
      until(`the terminal of ${agent} is ${kind} ${reason}`, async () => {
        const last = states().at(-1);
        if (last?.kind !== kind || last.reason !== reason) throw new Error(JSON.stringify(states()));
        return last;
      }),
    rows: () =>
      Array.from({ length: terminal.rows }, (_, row) => textOf(terminal, buffer.active.baseY + row)),
    lines: () => Array.from({ length: buffer.active.length }, (_, row) => textOf(terminal, row)),
    cells: () => [
      ...Array.from({ length: terminal.rows }, (_, row) => cellsOf(terminal, buffer.active.baseY + row)),
      `cursor ${Math.min(buffer.active.cursorX, terminal.cols - 1)},${buffer.active.cursorY}`,
    ],
    pictures: () => pictures,
    bytes: () => size,
    get acknowledges() {
      return acknowledges;
    },
    set acknowledges(next) {
      acknowledges = next;
      acknowledge();
    },
    close: () => page.tell({ t: "close", channel }),
  };
  page.tell({ t: "open", channel, agent });
  return watched;
}

function textOf({ buffer }: Terminal, row: number): string {
  return (buffer.active.getLine(row)?.translateToString(true) ?? "").trimEnd();
}

function cellsOf({ buffer, cols }: Terminal, row: number): string {
  const line = buffer.active.getLine(row);
  return Array.from({ length: cols }, (_, column) => {
    const cell = line?.getCell(column);
    if (cell === undefined) return "";
    const chars = cell.getChars() || " ";
    const flags = [
      cell.isBold(),
      cell.isItalic(),
      cell.isUnderline(),
      cell.isInverse(),
      cell.isDim(),
      cell.isStrikethrough(),
    ].map(Number);
    const colors = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
    // An empty cell has the colors of its program, which nobody sees except the ground.
    const isBlank = chars === " " && cell.isInverse() === 0 && cell.isUnderline() === 0;
    return isBlank ? ` ${colors.slice(2).join()}` : `${chars} ${flags.join("")} ${colors.join()}`;
  }).join("|");
}
