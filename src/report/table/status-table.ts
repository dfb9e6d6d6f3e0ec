import type { AgentState } from "../../plan/explain/status.ts";
import type { Colors } from "../terminal/colors.ts";
import { displayWidth, padEnd } from "../terminal/display-width.ts";
import { truncateEnd } from "../terminal/fit/truncate.ts";
import type { Column } from "./columns.ts";
import { fitColumns, gap, type FlexibleColumn } from "./fit-columns.ts";
import type { TableRow } from "./table-row.ts";

const stateColors: Readonly<Record<AgentState, "green" | "yellow" | "red" | "dim">> = {
  running: "green",
  starting: "yellow",
  restarting: "yellow",
  completed: "dim",
  scheduled: "dim",
  stopped: "dim",
  failed: "red",
  missing: "red",
  unmanaged: "dim",
};

/** A column with its cells, before it has a width. */
interface FilledColumn extends FlexibleColumn {
  readonly column: Column;
  readonly cells: readonly string[];
}

/**
 * Returns the agents as a table, its titles first. No line is wider than `width` columns: columns of low rank are left
 * out, and long cells are cut. `now` in ms since the epoch.
 */
export function statusTable(
  rows: readonly TableRow[],
  columns: readonly Column[],
  now: number,
  colors: Colors,
  width = Infinity,
): readonly string[] {
  const fitted = fitColumns(
    columns.map((column) => filledColumn(column, rows, now)),
    width,
  );
  const tableLine = (cellOf: (column: FilledColumn) => string, paint: (cell: string) => string): string =>
    fitted
      .map(({ column, width: room }) => {
        const cell = padEnd(truncateEnd(cellOf(column), room), room);
        return column.column.name === "state" ? paint(cell) : cell;
      })
      .join(" ".repeat(gap))
      .trimEnd();
  const titles = tableLine(
    ({ column }) => column.title,
    (cell) => cell,
  );
  const lines = rows.map(({ state }, index) =>
    tableLine(({ cells }) => cells[index] ?? "", colors[stateColors[state]]),
  );
  return [colors.dim(titles), ...lines];
}

/**
 * Returns the room the columns leave in a terminal of so many columns. The room of a column that can be cut
 * counts as a third of the terminal at most.
 */
export function roomBeside(
  rows: readonly TableRow[],
  columns: readonly Column[],
  now: number,
  width: number,
): number {
  const used = columns.map((column) => {
    const { natural, least } = filledColumn(column, rows, now);
    return Math.max(least, natural === least ? natural : Math.min(natural, width / 3)) + gap;
  });
  return width - used.reduce((total, each) => total + each, 0);
}

function filledColumn(column: Column, rows: readonly TableRow[], now: number): FilledColumn {
  const cells = rows.map((row) => column.cell(row, now));
  const natural = Math.max(column.title.length, ...cells.map(displayWidth));
  const least = column.least === undefined ? natural : Math.min(natural, column.least);
  return { column, cells, natural, least, rank: column.rank };
}
