import type { LogLine } from "./log-line.ts";

/** The lines of an agent's pane since a time. */
export interface LinesSince {
  readonly lines: readonly LogLine[];
  /** True if the current run began before that time: the age of its lines is unknown. */
  readonly isUnknown: boolean;
}

/** The known times of a pane, ms since the epoch. */
export interface KnownTimes {
  /** The start of its current run. */
  readonly startedMs?: number | undefined;
  /** The start of its session: no line is older. */
  readonly createdMs?: number | undefined;
}

/**
 * Returns the lines of a pane from certainly after `sinceMs`. tmux keeps no times of lines, so only the ends
 * of runs, the start of the current one (`startedMs`), and that of the session (`createdMs`) tell anything. All in ms
 * since the epoch. `lines` are those of one agent, in order. Pure.
 */
export function linesSince(
  lines: readonly LogLine[],
  sinceMs: number,
  { startedMs = -Infinity, createdMs = -Infinity }: KnownTimes,
): LinesSince {
  if (createdMs >= sinceMs) return { lines, isUnknown: false };
  const end = lines.findIndex(({ atMs }) => atMs !== undefined && atMs >= sinceMs);
  if (end >= 0) return { lines: lines.slice(end), isUnknown: false };
  const lastEnd = lines.findLastIndex(({ atMs }) => atMs !== undefined);
  const current = lines.slice(lastEnd + 1);
  return startedMs < sinceMs
    ? { lines: [], isUnknown: current.length > 0 }
    : { lines: current, isUnknown: false };
}
