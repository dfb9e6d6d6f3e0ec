import type { LogLine } from "./log-line.ts";

/** tmux writes whole seconds, and may see the end of a run after systemd. A message from that time is about the end. */
const lagMs = 1_000;

/**
 * Merges the lines of one agent by time, as far as times are known. Lines of a pane without a time are at most as old as
 * the next one with a time, which is the end of their run. So a message of the unit from before that end comes before
 * the run, and one from after it comes after the run. Messages since the last known end come before the current run.
 * Both lists are in order, the oldest first. Pure.
 */
export function mergeLines(unit: readonly LogLine[], pane: readonly LogLine[]): readonly LogLine[] {
  const merged: LogLine[] = [];
  let next = 0;
  let from = 0;
  while (from < pane.length) {
    const end = pane.findIndex(({ atMs }, index) => index >= from && atMs !== undefined);
    const atMs = pane[end]?.atMs ?? Infinity;
    for (let line = unit[next]; line !== undefined && (line.atMs ?? 0) < atMs - lagMs; line = unit[next]) {
      merged.push(line);
      next += 1;
    }
    const to = end < 0 ? pane.length : end + 1;
    merged.push(...pane.slice(from, to));
    from = to;
  }
  return [...merged, ...unit.slice(next)];
}
