import type { AgentConfig } from "../../config/types.ts";
import { remembering } from "../../text/remembering.ts";
import { scheduleOf, type Schedule } from "./timer.ts";
import { daySeconds, timesOfDay } from "./times-of-day.ts";

/** StartLimitBurst= of the template, and StartLimitIntervalSec= in ms. */
export const templateStartLimit = { limit: 5, windowMs: 60_000 } as const;

/** The accuracy of our timers, s. */
const accuracy = 1;

/**
 * Returns StartLimitBurst= of an entry; undefined if the template's value does. systemd counts the starts by a timer as well,
 * and leaves out those over the limit. So the limit of a schedule has room for all of its times, and still as much for
 * restarts after failures as without a schedule.
 */
export function startLimit(entry: Pick<AgentConfig, "restart" | "schedule">): number | undefined {
  const { limit, window: windowMs = templateStartLimit.windowMs } = entry.restart ?? {};
  const schedule = scheduleOf(entry);
  const further = schedule === undefined ? 0 : mostStarts(schedule, windowMs) - 1;
  return further <= 0 ? limit : (limit ?? templateStartLimit.limit) + further;
}

/** Returns the most starts of a schedule within a time, both of its ends included. */
function mostStarts({ at, spreadMs }: Schedule, windowMs: number): number {
  return mostTimes(JSON.stringify(at), at, windowMs / 1_000 + spreadMs / 1_000 + accuracy);
}

const mostTimes = remembering(
  (_key, at: readonly string[], span: number): number => {
    const times = [...new Set(at.flatMap(timesOfDay))].sort((a, b) => a - b);
    const days = Math.floor(span / daySeconds);
    return days * times.length + mostWithin(times, span % daySeconds);
  },
  (key, _at, span) => `${span} ${key}`,
);

/** Returns the most times of a day within a span of less than a day, also over midnight. */
function mostWithin(times: readonly number[], span: number): number {
  const both = [...times, ...times.map((time) => time + daySeconds)];
  let [most, end] = [0, 0];
  times.forEach((time, start) => {
    while (end < both.length && (both[end] ?? Infinity) <= time + span) end += 1;
    most = Math.max(most, end - start);
  });
  return most;
}
