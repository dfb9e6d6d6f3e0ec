/** A pane, as tmux describes it at one moment. Rows are counted from the top of its history. */
export interface PaneRows {
  /** `%N` */
  readonly id: string;
  /** Empty for a pane next to an agent. */
  readonly agent: string;
  /** The text of its mark @mosaic_pane; empty for the agent's own pane. */
  readonly side: string;
  readonly pid: number;
  readonly dead: boolean;
  /** Number of rows that have scrolled off the screen. */
  readonly historySize: number;
  /** The most rows the history keeps. */
  readonly historyLimit: number;
  /** The cursor's row on the screen, from 0. */
  readonly cursorY: number;
  /** Number of rows of the screen. */
  readonly height: number;
  /** True while a program uses the whole screen: then it has no rows that stay. */
  readonly isAlternate: boolean;
  /** Time of the start of its session, ms since the epoch: nothing in the pane is older. */
  readonly createdMs: number;
}

/** The place in a pane up to which a reader has read. */
export interface PaneMark {
  readonly pid: number;
  readonly historySize: number;
  /** Number of read rows, from the top of the history of that time. */
  readonly read: number;
  /** The last read row with a text; undefined if there is none yet. */
  readonly last: string | undefined;
}

/** Rows to read next, from the top of the history; `end` is not part of them. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
  /** True if another run has begun since the mark. */
  readonly isNewRun: boolean;
  /** True if the cursor has gone up: then only `last` tells a cleared screen from a program that draws. */
  readonly isBack: boolean;
}

/**
 * Returns a mark for a reader that begins `rows` rows before the end. If the rest of the screen counts as rows, it may be
 * empty: then the mark is a screen earlier, and the reader takes the last lines of what it gets.
 */
export function markBefore(look: PaneRows, rows: number, isWhole: boolean): PaneMark {
  const { pid, historySize, dead, height } = look;
  const more = dead || isWhole ? height : 0;
  const read = Math.max(0, completeRows(look, isWhole) - rows - more);
  return { pid, historySize, read, last: undefined };
}

/** Returns a mark for a reader of the screen alone. */
export function markOfScreen({ pid, historySize }: PaneRows): PaneMark {
  return { pid, historySize, read: historySize, last: undefined };
}

/**
 * Returns the rows since a mark. A row is complete once the cursor is below it; `isWhole` also counts the rest of the
 * screen, for a reader that does not come back. Pure.
 */
export function rowsSince(mark: PaneMark, look: PaneRows, isWhole = false): RowRange {
  const end = completeRows(look, isWhole);
  // tmux clears the screen of a pane for its next run, and keeps its history.
  if (look.pid !== mark.pid) return { start: look.historySize, end, isNewRun: true, isBack: false };
  const read = mark.read - droppedRows(mark, look);
  const isBack = end < read;
  return { start: Math.min(Math.max(read, 0), end), end, isNewRun: false, isBack };
}

/** Returns the mark after these rows were read. */
export function markAfter(
  look: PaneRows,
  { end }: RowRange,
  rows: readonly string[],
  mark: PaneMark,
): PaneMark {
  return {
    pid: look.pid,
    historySize: look.historySize,
    read: end,
    last: rows.findLast((row) => row !== "") ?? mark.last,
  };
}

function completeRows({ historySize, cursorY, height, dead }: PaneRows, isWhole: boolean): number {
  return historySize + (dead || isWhole ? height : cursorY);
}

/**
 * Returns the number of rows lost at the top of the history since a mark. tmux drops a tenth of the limit at a
 * time (grid_collect_history of 3.3a); `clear-history` drops all, which is as many.
 */
function droppedRows(mark: PaneMark, { historySize, historyLimit }: PaneRows): number {
  if (historySize >= mark.historySize) return 0;
  if (historySize === 0) return mark.historySize;
  const step = Math.max(1, Math.floor(historyLimit / 10));
  return Math.ceil((mark.historySize - historySize) / step) * step;
}
