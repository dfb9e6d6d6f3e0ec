/** Ms in each unit of a duration. */
const unitMs: ReadonlyMap<string | undefined, number> = new Map([
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
]);

/** The form of a duration: `500ms`, `2s`, `10m`, `1h30m`, `1h 30m`. */
export const durationPattern = /^\d+(?:d|h|m|s|ms)(?: ?\d+(?:d|h|m|s|ms))*$/;

/** Longest accepted duration, ms: no wait here makes sense beyond a year. */
export const maxDurationMs = 365 * 86_400_000;

/** Returns the duration in ms, or undefined if `text` is none. */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[dhms])/g)) {
    total += Number(amount) * (unitMs.get(unit) ?? 0);
  }
  return total;
}

/** Writes a duration in the form of fleet.yaml, without rounding: `90s` is `1m30s`. */
export function formatDuration(ms: number): string {
  let left = ms;
  const parts = [...unitMs].map(([unit, size]) => {
    const amount = Math.floor(left / size);
    left -= amount * size;
    return amount === 0 ? "" : `${amount}${unit}`;
  });
  return parts.join("") || "0s";
}

/** Returns the probable duration for something like `5 minutes`, `10sec`, `1H`, `2w` or `PT5M`. */
export function suggestDuration(text: string): string | undefined {
  const guess = text
    .trim()
    .toLowerCase()
    .replace(/^pt?(?=\d+[dhms])/, "")
    .replace(/(\d+)\s*(?:weeks?|wks?|w)\b/g, (_, weeks: string) => `${Number(weeks) * 7}d`)
    .replace(/\s*(milliseconds?|millis|msecs?|ms)\b/g, "ms")
    .replace(/\s*(seconds?|secs?)\b/g, "s")
    .replace(/\s*(minutes?|mins?)\b/g, "m")
    .replace(/\s*(hours?|hrs?)\b/g, "h")
    .replace(/\s*(days?)\b/g, "d")
    .replace(/(\d)\s+(?=[dhms])/g, "$1");
  return guess !== text && durationPattern.test(guess) ? guess : undefined;
}

/** The share by which a time varies: then many machines do not do the same at the same moment. */
const jitter = 0.1;

/** Returns about `ms`, up to a tenth more or less. `random` is in [0, 1). */
export function jittered(ms: number, random: number): number {
  return ms * (1 - jitter + 2 * jitter * random);
}
