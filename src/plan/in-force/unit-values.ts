/**
 * Returns true if systemd takes two values of a directive for the same: `800M` and `838860800`, `1min` and
 * `60`, `yes` and `true`.
 */
export function isSameValue(directive: string, a: string, b: string): boolean {
  return a === b || normalized(directive, a) === normalized(directive, b);
}

/** Returns a value as systemd keeps it: bytes, ms, percent or a word. */
function normalized(directive: string, value: string): string {
  if (directive.startsWith("Memory")) return size(value);
  if (directive === "CPUQuota" || directive === "TasksMax") return normalNumber(value);
  if (directive.endsWith("Sec")) return timespan(value);
  if (/^(?:yes|true|on|1)$/i.test(value)) return "yes";
  if (/^(?:no|false|off|0)$/i.test(value)) return "no";
  return exactSize.test(value) ? size(value) : value;
}

/** A whole number, which may have the suffix of a size. No address or version is one, and a number of 15 digits is exact. */
const exactSize = /^(?:0|[1-9]\d{0,14})[KMGTPE]?$/;

const sizes = ["", "K", "M", "G", "T", "P", "E"];

/** Bytes, or a percentage. systemd takes the parts of a size together: `1G 512M`. */
function size(value: string): string {
  if (value === "infinity") return value;
  if (value.endsWith("%")) return normalNumber(value);
  let bytes = 0;
  for (const part of value.matchAll(/([\d.]+)\s*([KMGTPE]?)B?\s*/g)) {
    bytes += Number(part[1]) * 1024 ** sizes.indexOf(part[2] ?? "");
  }
  return String(Math.floor(bytes));
}

function normalNumber(value: string): string {
  const unit = value.endsWith("%") ? "%" : "";
  return value === "infinity" ? value : `${Number.parseFloat(value)}${unit}`;
}

/** The units of systemd.time(7); seconds by default. */
const systemdUnitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  "": 1_000,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  seconds: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

function timespan(value: string): string {
  if (value === "infinity") return value;
  let ms = 0;
  for (const [, amount, unit = ""] of value.matchAll(/([\d.]+)\s*([a-z]*)\s*/g)) {
    const factor = systemdUnitMs[unit];
    if (factor === undefined) return value;
    ms += Number(amount) * factor;
  }
  return String(ms);
}
