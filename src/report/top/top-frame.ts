import type { TopState } from "../../top/top-state.ts";
import { sortKeys, type ColumnName, type SortKey } from "../table/column-names.ts";
import { columnsOf, tellingColumns, usualColumns } from "../table/columns.ts";
import { statusTable } from "../table/status-table.ts";
import { statusSummary } from "../status/status-text.ts";
import type { TableRow } from "../table/table-row.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import { truncateEnd } from "../terminal/fit/truncate.ts";
import { topHelp } from "./top-help.ts";

/** Lines of a frame that show no agent: the head, the titles, and the keys. */
const fixedLines = 3;

/** The widths of the columns before an agent: the mark of the chosen one. */
const markWidth = 2;

/** The sets of columns a key goes through. */
const columnSets: readonly (readonly ColumnName[])[] = [
  [...usualColumns.toSpliced(-1, 0, "cpu"), "last"],
  ["agent", "state", "last"],
  ["agent", "state", "since", "quiet", "labels", "unit", "pid", "pending"],
  usualColumns,
];

/** Returns the order a view is in. */
export function orderOf({ order }: TopState): SortKey {
  return sortKeys[order % sortKeys.length] ?? "attention";
}

/** Returns the columns of a view. */
export function columnNamesOf({ columns }: TopState): readonly ColumnName[] {
  return columnSets[columns % columnSets.length] ?? usualColumns;
}

/** Returns the number of agents that so many rows of a terminal have room for. */
export function roomIn(rows: number): number {
  return Math.max(1, rows - fixedLines);
}

/** The data of a frame, besides the state of the view. */
export interface TopFrame {
  readonly fleet: string;
  /** The agents of the view by name. */
  readonly rows: ReadonlyMap<string, TableRow>;
  /** The time of the frame, ms since the epoch. */
  readonly nowMs: number;
  /** A problem of the last look, for as long as it lasts. */
  readonly problem: string | undefined;
}

/** Returns the view as lines, none wider than the terminal and no more than its rows. */
export function topLines(
  state: TopState,
  { fleet, rows, nowMs, problem }: TopFrame,
  size: { readonly columns: number; readonly rows: number },
  colors: Colors,
): readonly string[] {
  const cut = (line: string): string => truncateEnd(line, size.columns);
  if (state.mode.kind === "help") return topHelp.slice(0, size.rows).map(cut);
  const shown = state.names
    .slice(state.first, state.first + state.room)
    .flatMap((name) => rows.get(name) ?? []);
  const hasMemory = [...rows.values()].some(({ memoryBytes }) => memoryBytes !== undefined);
  const columns = columnsOf(
    tellingColumns(columnNamesOf(state), shown).filter((name) => name !== "memory" || hasMemory),
  );
  const [titles = "", ...lines] = statusTable(shown, columns, nowMs, colors, size.columns - markWidth);
  const body = lines.map((line, index) => {
    const isChosen = shown[index]?.name === state.cursor;
    return isChosen ? `${colors.cyan(">")} ${colors.bold(line)}` : `  ${line}`;
  });
  const empty = state.names.length === 0 ? ["  No agent matches. Escape shows all."] : [];
  return [
    cut(topHead(state, fleet, [...rows.values()])),
    `  ${titles}`,
    ...body,
    ...empty.map(cut),
    ...Array.from({ length: Math.max(0, state.room - Math.max(body.length, empty.length)) }, () => ""),
    problem === undefined ? colors.dim(cut(footOf(state))) : colors.red(cut(problem)),
  ];
}

function topHead(state: TopState, fleet: string, all: readonly TableRow[]): string {
  const { names, first, room, search, labels } = state;
  const last = Math.min(first + room, names.length);
  const part = names.length > room ? ` · ${first + 1} to ${last} of ${names.length}` : "";
  const narrowed = [
    search === "" ? [] : [`/${visible(search)}`],
    labels === "" ? [] : [`-l ${visible(labels)}`],
  ].flat();
  const wanted = narrowed.length === 0 ? "" : ` · ${narrowed.join(" ")}`;
  return `${visible(fleet)}${wanted}${part} · by ${orderOf(state)} · ${statusSummary(all)}`;
}

function footOf({ mode, search, labels, message }: TopState): string {
  if (message !== undefined) return visible(message);
  if (mode.kind === "typing") {
    return mode.field === "search"
      ? `Names with: ${visible(search)}_   (Enter keeps, Escape undoes)`
      : `Labels, as team=core: ${visible(labels)}_   (Enter keeps, Escape undoes)`;
  }
  return "? help · q quit · Enter attach · o logs · w why · r restart · x stop · z suspend · / search · s sort";
}
