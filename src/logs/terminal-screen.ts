import { esc } from "../text/characters.ts";

/** A row while a program may still change it. */
export interface LogRow {
  text: string;
  /** Changes of the colour, by column. */
  paints: { readonly at: number; readonly sgr: string }[];
  /** Index of the last mark before the row; -1 before the first one. */
  mark: number;
  /** True for a line of the reader itself, which follows its mark. */
  isOfReader: boolean;
}

/** Rows and a cursor. Rows that have scrolled away are the first ones. */
export interface LogScreen {
  rows: LogRow[];
  row: number;
  column: number;
  /** The last changes of the colour, as one sequence or several. */
  style: string;
  /** The facts of rows to come. */
  facts: Pick<LogRow, "mark" | "isOfReader">;
}

/** Rows above the end a program may still change: a terminal has about so many. */
const height = 60;

/** The most columns a sequence may skip. */
const screenWidth = 1_000;

/** Returns an empty screen. */
export function emptyScreen(): LogScreen {
  return { rows: [], row: 0, column: 0, style: "", facts: { mark: -1, isOfReader: false } };
}

/** Returns the row of the cursor, and makes it if necessary. */
export function rowOf(screen: LogScreen): LogRow {
  while (screen.rows.length <= screen.row) screen.rows.push({ text: "", paints: [], ...screen.facts });
  const row = screen.rows[screen.row];
  if (row === undefined) throw new Error("the cursor is on no row");
  return row;
}

/** Prints text at the cursor, over what is there. A row written again loses its colours. */
export function printText(screen: LogScreen, text: string, withColors: boolean): void {
  const row = rowOf(screen);
  const { column, style } = screen;
  if (column < row.text.length) row.paints = [];
  else if (withColors && style !== "") row.paints.push({ at: column, sgr: style });
  else if (row.paints.length > 0) row.paints.push({ at: column, sgr: `${esc}[0m` });
  row.text = row.text.slice(0, column).padEnd(column) + text + row.text.slice(column + text.length);
  screen.column += text.length;
}

/** Moves the cursor to the beginning of the next row. */
export function lineFeed(screen: LogScreen): void {
  rowOf(screen);
  screen.row += 1;
  screen.column = 0;
}

/** Moves the cursor, not above the rows a terminal shows. */
export function moveTo(screen: LogScreen, row: number, column: number): void {
  screen.row = Math.max(topOf(screen), row);
  screen.column = Math.max(0, column);
}

/** Carries out a control sequence (ECMA-48, CSI). `kept` rows are not erased any more. */
export function control(screen: LogScreen, parameters: string, final: string, kept: number): void {
  const { row, column } = screen;
  const [first = 0, second = 0] = parameters.split(";").map(Number);
  const rows = Math.min(Math.max(1, first || 1), height);
  const columns = Math.min(Math.max(1, first || 1), screenWidth);
  switch (final) {
    case "m":
      screen.style = /^0?$/.test(parameters) ? "" : `${screen.style}${esc}[${parameters}m`.slice(-64);
      return;
    case "A":
      return moveTo(screen, row - rows, column);
    case "B":
      return moveTo(screen, row + rows, column);
    case "C":
      return moveTo(screen, row, column + columns);
    case "D":
      return moveTo(screen, row, column - columns);
    case "E":
      return moveTo(screen, row + rows, 0);
    case "F":
      return moveTo(screen, row - rows, 0);
    case "G":
      return moveTo(screen, row, columns - 1);
    case "H":
    case "f":
      return moveTo(screen, topOf(screen) + rows - 1, Math.min(Math.max(1, second || 1), screenWidth) - 1);
    case "J":
      return erase(screen, first, kept);
    case "K":
      if (first !== 1) cutRow(screen, first === 2 ? 0 : column);
      return;
    default:
      return;
  }
}

function topOf({ rows }: LogScreen): number {
  return Math.max(0, rows.length - height);
}

function erase(screen: LogScreen, way: number, kept: number): void {
  if (way === 0) {
    screen.rows.length = Math.min(screen.rows.length, screen.row + 1);
    cutRow(screen, screen.column);
  } else if (way >= 2) screen.rows.length = Math.max(topOf(screen), kept);
  screen.row = Math.min(screen.row, screen.rows.length);
}

function cutRow(screen: LogScreen, column: number): void {
  const row = rowOf(screen);
  row.text = row.text.slice(0, column);
  row.paints = row.paints.filter(({ at }) => at < column);
}
