/** The length of a day, s. */
export const daySeconds = 86_400;

/** The shortest step, s. systemd joins shorter ones, because the accuracy of our timers is a second. */
const leastStep = 0.5;

/** The shorthands of systemd.time(7) with more than one time a day. */
const shorthands: ReadonlyMap<string, string> = new Map([
  ["minutely", "*:*:00"],
  ["hourly", "*:00:00"],
]);

/** The time in a calendar expression: hours and minutes, and seconds if they are given. */
const timePattern = /(?:^|[\sT])([\d*][\d*.,/]*(?::[\d*.,/]+){1,2})(?=$|[\sZ])/;

/**
 * Returns the times of day at which a calendar expression of systemd.time(7) can elapse, in seconds after midnight. Leaves
 * out its days, so it may have more times than a day has. A part it cannot read counts as every value.
 */
export function timesOfDay(expression: string): readonly number[] {
  const text = expression.trim();
  const word = text.split(/\s/)[0]?.toLowerCase() ?? "";
  const time = shorthands.get(word) ?? timePattern.exec(text)?.[1] ?? "0:0:0";
  const [hours = "0", minutes = "0", seconds = "0"] = time.split(":");
  const ofMinute = listedValues(seconds, 60);
  const ofHour = listedValues(minutes, 60).flatMap((minute) =>
    ofMinute.map((second) => minute * 60 + second),
  );
  return listedValues(hours, 24)
    .flatMap((hour) => ofHour.map((second) => hour * 3_600 + second))
    .filter((second) => second < daySeconds);
}

/** Returns the values of a list such as `0..20/5,30`, below `end`. */
function listedValues(list: string, end: number): readonly number[] {
  const parts = list.split(",").map((part) => {
    const [, from, to, step] = /^([\d.]+?)(?:\.\.([\d.]+))?(?:\/([\d.]+))?$/.exec(part) ?? [];
    if (from === undefined) return range(0, end - 1, 1);
    const last = to === undefined ? (step === undefined ? Number(from) : end) : Number(to);
    return range(Number(from), last, step === undefined ? 1 : Number(step));
  });
  return [...new Set(parts.flat())].filter((value) => value < end);
}

function range(from: number, to: number, step: number): readonly number[] {
  const by = Math.max(step, leastStep);
  return Array.from(
    { length: Math.max(1, Math.floor((to - from) / by) + 1) },
    (_, index) => from + index * by,
  );
}
