import type { Place } from "../../diagnostics/diagnostic.ts";
import { cellsOf, type Cell } from "./display-width.ts";

/** A line of the user's file, with the columns to underline. */
export interface Excerpt {
  readonly text: string;
  /** Columns before the underline. */
  readonly indent: number;
  /** Columns to underline, at least 1. */
  readonly length: number;
}

/** The characters of a line to read before and behind the place: more than the width of a terminal. A line may have a megabyte. */
const reach = 2_000;

const ellipsis: Cell = { text: "…", width: 1, offset: -1 };

/** Returns the source line of a place, cut around the underlined part if it is wider than `width` columns. */
export function excerptOf({ source, column, sourceColumn, length }: Place, width: number): Excerpt {
  const place = (sourceColumn ?? column) - 1;
  const cut = Math.max(0, place - reach);
  const line = source.slice(cut, place + reach).trimEnd();
  const cells = cellsOf(line);
  const start = place - cut;
  const first = start >= line.length ? cells.length : beginningBefore(cells, start + 1) - 1;
  const end = Math.max(first, beginningBefore(cells, start + length));
  const [from, to] = windowAround(cells, first, end, Math.max(width, 20));
  const shown = [
    ...(from > 0 ? [ellipsis] : []),
    ...cells.slice(from, to),
    ...(to < cells.length ? [ellipsis] : []),
  ];
  return {
    text: shown.map(({ text }) => text).join(""),
    indent: (from > 0 ? ellipsis.width : 0) + totalWidth(cells.slice(from, first)),
    length: Math.max(1, totalWidth(cells.slice(first, Math.min(end, to)))),
  };
}

/** Returns the number of characters that begin before an offset. */
function beginningBefore(cells: readonly Cell[], offset: number): number {
  return cells.filter((cell) => cell.offset < offset).length;
}

/** Returns the range of characters to show: all, else from the start if the underline is in it, else with some text before it. */
function windowAround(
  cells: readonly Cell[],
  first: number,
  end: number,
  width: number,
): readonly [number, number] {
  if (totalWidth(cells) <= width) return [0, cells.length];
  const isNearStart = totalWidth(cells.slice(0, end)) < width;
  const from = isNearStart
    ? 0
    : first - cellsThatFit(cells.slice(0, first).toReversed(), Math.floor(width / 3));
  const room = width - ellipsis.width * (from > 0 ? 2 : 1);
  return [from, from + cellsThatFit(cells.slice(from), room)];
}

/** Returns the number of first characters that fit into so many columns. */
function cellsThatFit(cells: readonly Cell[], columns: number): number {
  let used = 0;
  const tooMany = cells.findIndex(({ width }) => (used += width) > columns);
  return tooMany === -1 ? cells.length : tooMany;
}

function totalWidth(cells: readonly Cell[]): number {
  return cells.reduce((total, { width }) => total + width, 0);
}
