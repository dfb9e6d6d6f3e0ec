import { captureRows } from "../../drivers/tmux/capture/capture-rows.ts";
import { listPaneRows } from "../../drivers/tmux/list-pane-rows.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { LogLine } from "../../logs/log-line.ts";
import {
  markAfter,
  markBefore,
  markOfScreen,
  rowsSince,
  type PaneRows,
  type PaneMark,
  type RowRange,
} from "../../logs/pane-rows.ts";
import {
  capturedLines,
  linesOfNewRun,
  plainText,
  tellsEndOfRun,
  timeOfEnd,
  unreadOfOldRun,
  withoutGap,
} from "../../logs/pane-text.ts";
import type { Exec } from "../../system/exec.ts";

/** The reading of panes. */
export interface PaneReading {
  readonly exec: Exec;
  readonly socket: string;
  /** The agents to read. */
  readonly agents: ReadonlySet<string>;
  /** Number of rows before the first look. */
  readonly tail: number;
  /** True for a reader that does not come back: it also takes the incomplete last line. */
  readonly isOnce: boolean;
  readonly withColors: boolean;
  /** Returns the name of a pane in `agents`; by default, its agent. */
  readonly nameOf?: ((look: PaneRows) => string | undefined) | undefined;
  /** Returns true for an agent whose start has just printed, or is about to print, a copy of the old screen. */
  readonly isCopying?: (agent: string) => boolean;
}

/** The marks of a reader, by agent. */
export type PaneMarks = ReadonlyMap<string, PaneMark>;

/** The result of a look at all panes. */
export interface PanesRead {
  readonly lines: readonly LogLine[];
  readonly marks: PaneMarks;
  /** The agents with a pane, and the times of the starts of their sessions, ms since the epoch. */
  readonly present: ReadonlyMap<string, number>;
  /** The agents with a program that uses the whole screen. */
  readonly fullScreen: ReadonlySet<string>;
}

/** Most looks for a pane that prints between a look and its capture. */
const mostTries = 5;

/** Returns the lines of all panes since their marks. Two calls to tmux, however many agents there are. */
export async function readPanes(reading: PaneReading, before: PaneMarks): Promise<Result<PanesRead>> {
  const marks = new Map(before);
  const lines: LogLine[] = [];
  const present = new Map<string, number>();
  const fullScreen = new Set<string>();
  const done = new Set<string>();
  for (let attempt = 1; attempt <= mostTries; attempt += 1) {
    const listed = await listPaneRows(reading.exec, reading.socket);
    if (!listed.ok) return listed;
    const looks = listed.value
      .map((look) => ({ ...look, agent: reading.nameOf?.(look) ?? look.agent }))
      .filter(({ agent }) => reading.agents.has(agent) && !done.has(agent));
    const due: DueRows[] = [];
    for (const look of looks) {
      present.set(look.agent, look.createdMs);
      if (look.isAlternate) fullScreen.add(look.agent);
      const one = dueOf(look, marks, reading);
      if (one === undefined) done.add(look.agent);
      else due.push(one);
    }
    if (due.length === 0) break;
    const texts = await captureRange(due, reading);
    for (const one of due) {
      const text = texts.get(one.look.id);
      if (text === undefined) continue;
      const rows = capturedLines(text, reading.isOnce || one.look.dead);
      done.add(one.look.agent);
      if (isHalfCopied(one, rows, reading)) continue;
      const { read, mark } = takeRows(one, rows, reading);
      const seenMs = reading.isOnce || one.isFirst ? undefined : Date.now();
      for (const line of read)
        lines.push({ agent: one.look.agent, source: "pane", text: line, atMs: timeOfEnd(line) ?? seenMs });
      marks.set(one.look.agent, mark);
    }
  }
  return ok({ lines, marks, present, fullScreen });
}

interface DueRows {
  readonly look: PaneRows;
  readonly mark: PaneMark;
  readonly range: RowRange;
  /** True for the first rows: they are from before the reader came. */
  readonly isFirst: boolean;
}

/** Returns what is to be read of a pane; undefined for nothing. */
function dueOf(look: PaneRows, marks: PaneMarks, { tail, isOnce }: PaneReading): DueRows | undefined {
  const known = marks.get(look.agent);
  // A follower has nothing to follow in a program that draws: only its screen of this moment can be read.
  if (look.isAlternate && !isOnce) return undefined;
  const mark = known ?? (look.isAlternate ? markOfScreen(look) : markBefore(look, tail, isOnce));
  const range = rowsSince(mark, look, isOnce);
  if (range.start >= range.end && !range.isBack && !range.isNewRun) return undefined;
  return { look, mark, range, isFirst: known === undefined };
}

function captureRange(
  due: readonly DueRows[],
  { exec, socket, withColors }: PaneReading,
): ReturnType<typeof captureRows> {
  const wanted = due.map(({ look: { id, historySize, height }, range }) => {
    // If the cursor has gone up, the whole screen tells whether it was cleared.
    const [start, end] = range.isBack
      ? [historySize, historySize + height]
      : [range.start, Math.max(range.end, range.start + 1)];
    return { id, historySize, first: start - historySize, last: end - 1 - historySize };
  });
  return captureRows(exec, socket, wanted, withColors);
}

/** Returns true while the copy of the old screen is being printed: its lines would look like those of the new run. */
function isHalfCopied(
  { look, range, isFirst }: DueRows,
  rows: readonly string[],
  { isCopying }: PaneReading,
): boolean {
  return !isFirst && range.isNewRun && !rows.some(tellsEndOfRun) && isCopying?.(look.agent) === true;
}

interface TakenRows {
  readonly read: readonly string[];
  readonly mark: PaneMark;
}

function takeRows(
  { look, mark, range, isFirst }: DueRows,
  rows: readonly string[],
  { tail }: PaneReading,
): TakenRows {
  if (range.isBack) {
    // The last read row is still there: a program moves the cursor. Otherwise the screen was cleared.
    const last = plainText(mark.last ?? "");
    const isCleared = !rows.some(
      (row) => last !== "" && last.endsWith(plainText(row)) && plainText(row) !== "",
    );
    return { read: [], mark: isCleared ? { ...mark, read: range.end, last: undefined } : mark };
  }
  if (range.start >= range.end) return { read: [], mark: markAfter(look, range, [], mark) };
  const unread = range.isNewRun ? withoutGap(unreadOfOldRun(rows, mark.last)) : [];
  const lines = [...unread, ...withoutGap(range.isNewRun ? linesOfNewRun(rows) : rows)];
  return {
    read: isFirst ? lines.slice(Math.max(0, lines.length - tail)) : lines,
    mark: markAfter(look, range, rows, mark),
  };
}
