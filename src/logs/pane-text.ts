import { bel, esc } from "../text/characters.ts";

/** tmux's own line at the end of a run: see remain-on-exit in tmux(1). */
export const deadPane = "Pane is dead";

/** Returns a captured text as lines. `isWhole` leaves out the empty rest of the screen. */
export function capturedLines(text: string, isWhole: boolean): readonly string[] {
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.trimEnd());
  return isWhole ? lines.slice(0, lines.findLastIndex((line) => plainText(line) !== "") + 1) : lines;
}

/** Returns true for tmux's note of the end of a run. */
export function tellsEndOfRun(line: string): boolean {
  return plainText(line).startsWith(deadPane);
}

/**
 * Returns the lines without the empty rows above each of tmux's notes of the end of a run: tmux writes them at the bottom
 * of the screen, however little is above.
 */
export function withoutGap(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const line of lines) {
    if (tellsEndOfRun(line)) while (kept.length > 0 && plainText(kept.at(-1) ?? "") === "") kept.pop();
    kept.push(line);
  }
  return kept;
}

/**
 * Returns the time in tmux's note of the end of a run, ms since the epoch: `Pane is dead (status 3, Sun Nov 29 02:41:12
 * 2026)`. Undefined for any other line, and for the note of the start script, which has no time.
 */
export function timeOfEnd(line: string): number | undefined {
  const time = /^Pane is dead \([^,]*, (.+)\)$/.exec(plainText(line))?.[1];
  const ms = time === undefined ? NaN : Date.parse(time);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Returns the lines of the last run a reader has not read, from the copy of its screen at the beginning of the new
 * run. `last` is the last read one. Returns none if it is not there, because a line too few is better than one twice.
 */
export function unreadOfOldRun(lines: readonly string[], last: string | undefined): readonly string[] {
  const copy = lines.slice(0, lines.findLastIndex(tellsEndOfRun) + 1);
  const read = last === undefined ? -1 : copy.findLastIndex((line) => plainText(line) === plainText(last));
  return read < 0 ? [] : copy.slice(read + 1);
}

/** Returns the lines after tmux's note of the end of the run before: the next run's screen begins with a copy of the last one. */
export function linesOfNewRun(lines: readonly string[]): readonly string[] {
  return lines.slice(lines.findLastIndex(tellsEndOfRun) + 1);
}

/** The sequences of capture-pane -e: SGR and, since tmux 3.4, hyperlinks. */
const painting = new RegExp(`${esc}(?:\\[[\\d;:]*m|\\]8;[^${bel}${esc}]*(?:${bel}|${esc}\\\\))`, "g");

/** Returns a line without its colours and links. */
export function plainText(line: string): string {
  return line.replaceAll(painting, "").trimEnd();
}
