import { paneProcess } from "../format/pane-process.ts";

/** The state of a pane's terminal besides its text. Columns and rows count from 0. */
export interface ScreenFacts {
  readonly pid: number;
  readonly dead: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly isPiped: boolean;
  readonly isLogged: boolean;
  /** The mode that takes the keys, such as `copy-mode`; empty outside of modes. */
  readonly mode: string;
  readonly isAlternate: boolean;
  readonly cursor: ScreenPosition;
  /** The cursor of the ordinary screen, while the alternate one is shown. */
  readonly coveredCursor: ScreenPosition;
  /** The first and the last row that scroll. */
  readonly region: readonly [first: number, last: number];
  readonly isCursorShown: boolean;
  readonly hasCursorKeys: boolean;
  readonly hasKeypad: boolean;
  readonly wraps: boolean;
  readonly inserts: boolean;
  readonly hasOrigin: boolean;
  /** The modes by which the program asks for the mouse, such as 1000. */
  readonly mouse: readonly number[];
  /** The number of rows above the screen. */
  readonly historySize: number;
}

/** A place on a screen. */
interface ScreenPosition {
  readonly column: number;
  readonly row: number;
}

const fields = [
  "pane_pid",
  "pane_dead",
  "pane_width",
  "pane_height",
  "pane_pipe",
  "alternate_on",
  "cursor_x",
  "cursor_y",
  "alternate_saved_x",
  "alternate_saved_y",
  "scroll_region_upper",
  "scroll_region_lower",
  "cursor_flag",
  "keypad_cursor_flag",
  "keypad_flag",
  "wrap_flag",
  "insert_flag",
  "origin_flag",
  "history_size",
  "mouse_standard_flag",
  "mouse_button_flag",
  "mouse_all_flag",
  "mouse_sgr_flag",
] as const;

/** The modes of xterm (ctlseqs) behind the flags of the mouse, in the order of the fields. */
const mouseModes = [1000, 1002, 1003, 1006];

/** The format for tmux. The mode and the log come last, because they may be empty. */
export const screenFormat = [
  ...fields.map((field) => (field === "pane_pid" ? paneProcess : `#{${field}}`)),
  "#{?@mosaic_log,1,0}",
  "#{pane_mode}",
].join(" ");

/** Returns the facts in a line of that format; undefined for anything else. */
export function parseScreenFacts(line: string): ScreenFacts | undefined {
  const words = line.split(" ");
  const numbers = words.slice(0, fields.length + 1).map(Number);
  const [
    pid = 0,
    dead,
    columns = 0,
    rows = 0,
    piped,
    alternate,
    x = 0,
    y = 0,
    savedX = 0,
    savedY = 0,
    ...more
  ] = numbers;
  const [upper = 0, lower = 0, cursor, cursorKeys, keypad, wrap, insert, origin, historySize = 0, ...rest] =
    more;
  const logged = rest[mouseModes.length];
  if (numbers.length < fields.length + 1 || !(pid > 0) || !(columns > 0) || !(rows > 0)) return undefined;
  // tmux keeps the largest number for a screen that was never covered.
  const inside = (value: number, size: number): number => (value < size ? value : size - 1);
  return {
    pid,
    dead: dead === 1,
    columns,
    rows,
    isPiped: piped === 1,
    isLogged: logged === 1,
    mode: words[fields.length + 1] ?? "",
    isAlternate: alternate === 1,
    cursor: { column: x, row: y },
    coveredCursor: { column: inside(savedX, columns), row: inside(savedY, rows) },
    region: [upper, lower],
    isCursorShown: cursor === 1,
    hasCursorKeys: cursorKeys === 1,
    hasKeypad: keypad === 1,
    wraps: wrap === 1,
    inserts: insert === 1,
    hasOrigin: origin === 1,
    mouse: mouseModes.filter((_, index) => rest[index] === 1),
    historySize,
  };
}
