import { stripVTControlCharacters } from "node:util";
import sliceAnsi from "slice-ansi";
import { displayWidth } from "../display-width.ts";

/** Returns the columns a line with colours takes in a terminal. */
export function widthOfLine(line: string): number {
  return displayWidth(stripVTControlCharacters(line));
}

/** Returns a line with an ellipsis if it is wider than `columns`. Its colours end as they would have. */
export function truncateLine(line: string, columns: number): string {
  return widthOfLine(line) <= columns ? line : `${sliceAnsi(line, 0, columns - 1)}…`;
}
