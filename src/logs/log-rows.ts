import type { LogLine } from "./log-line.ts";
import type { TerminalRow } from "./terminal-rows.ts";
import type { LogMark } from "./terminal-tokens.ts";

/** Marks at most so far apart give the lines between them a time, ms. */
const knownWithinMs = 120_000;

/** Returns rows of a log as lines. The times of runs are known, and of other lines about. Pure. */
export function linesOfRows(
  agent: string,
  rows: readonly TerminalRow[],
  marks: readonly LogMark[],
): readonly LogLine[] {
  return rows.flatMap((row, index): readonly LogLine[] => {
    const mark = marks[row.mark];
    if (row.isOfReader && mark !== undefined)
      return [{ agent, source: "run", text: readerText(row.text, mark), atMs: mark.atMs }];
    // The reader begins its own lines with a new line, because a program may end in the middle of one.
    if (row.text === "" && rows[index + 1]?.isOfReader === true) return [];
    const next = marks[row.mark + 1];
    const isKnown = mark !== undefined && next !== undefined && next.atMs - mark.atMs <= knownWithinMs;
    const line = { agent, source: "pane", text: row.text, atMs: undefined } as const;
    return [isKnown ? { ...line, aboutMs: mark.atMs } : line];
  });
}

/** Returns the rows that may be younger than a time: the mark after them is, or there is none. */
export function rowsSinceTime(
  rows: readonly TerminalRow[],
  marks: readonly LogMark[],
  sinceMs: number,
): readonly TerminalRow[] {
  return rows.filter((row) => {
    const until = row.isOfReader ? marks[row.mark]?.atMs : marks[row.mark + 1]?.atMs;
    return until === undefined || until >= sinceMs;
  });
}

/** Returns `run 2 began at 2026-11-29T10:04:17Z` of `=== agent core: run 2 began, 2026-11-29T10:04:17+0000 ===`. */
function readerText(text: string, { kind, atMs }: LogMark): string {
  const said = /^=== agent [\w-]+: (.*) ===$/.exec(text)?.[1] ?? text;
  if (kind === "lost") return said;
  const time = new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
  return `${said.replace(/, \d{4}-[^,]*$/, "")} at ${time}`;
}

const markText = /\^mosaic-log \w+ (\d+)/g;

/**
 * Returns the place of the last mark in a text that is not younger than a time; 0 without one.
 */
export function placeOfTime(text: string, sinceMs: number): number {
  let place = 0;
  for (const found of text.matchAll(markText)) {
    if (Number(found[1]) > sinceMs) break;
    place = Math.max(0, found.index - 1); // the escape before it
  }
  return place;
}
