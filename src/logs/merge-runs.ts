import type { LogLine } from "./log-line.ts";

/**
 * Merges the lines of one agent's log file with the messages of its unit. A message from before the beginning of a run
 * comes before that run, and one from later after the lines of the run. Both lists are in order, the oldest first. Pure.
 */
export function mergeRuns(unit: readonly LogLine[], printed: readonly LogLine[]): readonly LogLine[] {
  const merged: LogLine[] = [];
  let next = 0;
  for (const line of printed) {
    const beganMs = line.source === "run" ? line.atMs : undefined;
    if (beganMs !== undefined) {
      const to = unit.findIndex(({ atMs = 0 }, index) => index >= next && atMs >= beganMs);
      merged.push(...unit.slice(next, to < 0 ? undefined : to));
      next = to < 0 ? unit.length : to;
    }
    merged.push(line);
  }
  return [...merged, ...unit.slice(next)];
}
