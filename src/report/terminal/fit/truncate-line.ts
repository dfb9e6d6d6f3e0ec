import sliceAnsi from "slice-ansi";
import { widthOfLine } from "../display-width.ts";

/** Returns a line with an ellipsis if it is wider than `columns`. Its colours end as they would have. */
export function truncateLine(line: string, columns: number): string {
  return widthOfLine(line) <= columns ? line : `${sliceAnsi(line, 0, columns - 1)}…`;
}
