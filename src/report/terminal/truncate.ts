import { cellsOf, displayWidth } from "./display-text.ts";

/** Colours, which are all that is in a line beside text. */
// oxlint-disable-next-line no-control-regex
const color = /(\u001B\[\d+m)/;

/** A line cut at so many columns, with an ellipsis where something is left out. Its colours end as they would have. */
export function truncateLine(line: string, columns: number): string {
  const parts = line.split(color);
  const width = parts.reduce((total, part) => total + (color.test(part) ? 0 : displayWidth(part)), 0);
  if (width <= columns) return line;
  let left = columns - 1;
  return parts.map((part) => (color.test(part) ? part : fitPart(part))).join("");

  function fitPart(part: string): string {
    let fitting = "";
    for (const cell of cellsOf(part)) {
      if (left < 0) break;
      fitting += cell.width <= left ? cell.text : "…";
      left = cell.width <= left ? left - cell.width : -1;
    }
    return fitting;
  }
}

/** The end of a text without colours, in so many columns at most, with an ellipsis where something is left out. */
export function truncateStart(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const cells = cellsOf(text);
  let width = 1;
  const from = cells.findLastIndex((cell) => (width += cell.width) > columns);
  return `…${cells
    .slice(from + 1)
    .map((cell) => cell.text)
    .join("")}`;
}
