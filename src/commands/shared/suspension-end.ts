import { maxDurationMs, parseDuration } from "../../text/durations.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readTimestamp } from "../../drivers/systemd/timestamp.ts";
import type { Exec } from "../../system/exec.ts";

const hint =
  'durations are 30m, 2h, 1d or 1w; times are 18:00, "tomorrow 08:00", monday or 2026-12-24T08:00+01:00';

/**
 * Returns the time of --until, ms since the epoch: a duration from now, ISO 8601, or a form of
 * systemd.time(7).
 */
export async function suspensionEnd(text: string, nowMs: number, exec: Exec): Promise<Result<number>> {
  const durationMs = parseDuration(withoutWeeks(text));
  if (durationMs !== undefined) {
    if (durationMs > 0 && durationMs <= maxDurationMs) return ok(nowMs + durationMs);
    return fail("bad-usage", `"${text}" is not between a moment and a year`);
  }
  if (/^\d+$/.test(text)) {
    return fail("bad-usage", `"${text}" has no unit`, {
      hint: `for example ${text}h for hours, or ${text}m for minutes`,
    });
  }
  const iso = parseIsoTime(text);
  const time =
    iso === undefined ? await readTimestamp(exec, localDay(text, new Date(nowMs)) ?? text) : ok(iso);
  if (!time.ok) {
    // systemd's own words recommend programs of its own.
    const isRefused = time.diagnostics.every(({ code }) => code === "bad-usage");
    return isRefused ? fail("bad-usage", `"${text}" is neither a duration nor a time`, { hint }) : time;
  }
  if (time.value > nowMs) return time;
  return fail("bad-usage", `"${text}" is in the past`, { hint: 'the time of another day: "tomorrow 08:00"' });
}

/** Returns `1w` as `7d`. */
function withoutWeeks(text: string): string {
  return text.replaceAll(/(\d+)w/g, (_, weeks: string) => `${Number(weeks) * 7}d`);
}

/**
 * Parses ISO 8601, with Z, an offset, or neither for the time of this machine; undefined for any other text.
 */
export function parseIsoTime(text: string): number | undefined {
  const form = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?$/;
  if (!form.test(text)) return undefined;
  const zone = /(?<=[+-]\d\d)(?<minutes>\d\d)?$/;
  const whole = text.toUpperCase().replace(",", ".");
  const hasOffset = /[+-]\d\d(?:\d\d)?$/.test(whole.slice(11));
  const ms = Date.parse(hasOffset ? whole.replace(zone, (minutes) => `:${minutes || "00"}`) : whole);
  return Number.isNaN(ms) ? undefined : ms;
}

const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/**
 * Returns `tomorrow 08:00`, `monday` and `fri 18:00` as a date and a time for systemd, which accepts none of
 * them (systemd 252). Undefined for any other text. A weekday is the next day of that name after today.
 */
export function localDay(text: string, now: Date): string | undefined {
  const found =
    /^(?<day>today|tomorrow|sun(?:day)?|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?)(?:[ ,]+(?:at )?(?<time>\d{1,2}:\d\d(?::\d\d)?))?$/i.exec(
      text.trim(),
    );
  const { day = "", time } = found?.groups ?? {};
  if (found === null) return undefined;
  const date = new Date(
    now.getFullYear(),
    now.getMonth(),
    now.getDate() + daysUntil(day.toLowerCase(), now.getDay()),
  );
  const two = (part: number): string => String(part).padStart(2, "0");
  const shown = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${shown} ${time?.padStart(time.length === 4 || time.length === 7 ? time.length + 1 : 0, "0") ?? "00:00"}`;
}

function daysUntil(day: string, today: number): number {
  if (day === "today") return 0;
  if (day === "tomorrow") return 1;
  return (weekdays.indexOf(day.slice(0, 3)) - today + 7) % 7 || 7;
}
