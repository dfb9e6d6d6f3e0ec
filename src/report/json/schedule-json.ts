import { isoTime } from "./iso-time.ts";

/** The runs of a timer, in ISO 8601; null without one. */
export interface ScheduleJson {
  readonly next: string | null;
  readonly last: string | null;
}

/** The times of the runs of a timer, ms since the epoch; undefined without one. */
export interface RunTimes {
  readonly nextMs: number | undefined;
  readonly lastMs: number | undefined;
}

/** Returns the times of a timer as JSON. */
export function scheduleJson({ nextMs, lastMs }: RunTimes): ScheduleJson {
  return { next: isoTime(nextMs), last: isoTime(lastMs) };
}
