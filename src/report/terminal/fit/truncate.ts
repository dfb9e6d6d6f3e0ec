import { cellsOf, displayWidth, type Cell } from "../display-width.ts";

/** Returns the start of a text without colours, with an ellipsis if it is wider than `columns`. */
export function truncateEnd(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const cells = cellsOf(text);
  let width = 1;
  const tooMany = cells.findIndex((cell) => (width += cell.width) > columns);
  return `${cellsText(cells.slice(0, tooMany))}…`;
}

/** Returns the end of a text without colours, with an ellipsis if it is wider than `columns`. */
export function truncateStart(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const cells = cellsOf(text);
  let width = 1;
  const tooMany = cells.findLastIndex((cell) => (width += cell.width) > columns);
  return `…${cellsText(cells.slice(tooMany + 1))}`;
}

function cellsText(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join("");
}
