import type { Exec } from "../../system/exec.ts";

/** Enough for the last lines of every failed unit of a large fleet. */
const maxEntries = 1_000;

/**
 * The last `count` journal lines of each unit, by unit, in one call. What cannot be read is left out: this is for
 * showing, and nothing rests on it. --user-unit works for volatile journals too, where --user -u shows nothing.
 */
export async function journalTail(
  exec: Exec,
  units: readonly string[],
  count: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (units.length === 0) return new Map();
  const args = [
    "--quiet",
    "--no-pager",
    "--output=json",
    `--lines=${maxEntries}`,
    ...units.map((unit) => `--user-unit=${unit}`),
  ];
  const outcome = await exec({ file: "journalctl", args, timeoutMs: 10_000 });
  if (outcome.kind !== "exited" || outcome.code !== 0) return new Map();
  return parseJournal(outcome.stdout, units, count);
}

/**
 * Reads `journalctl --output=json`: one object a line. Only what the unit's own processes said counts, by the kernel's
 * word or, for those that were gone too soon to be known, by their own (USER_UNIT); not what systemd said of the unit.
 */
export function parseJournal(
  output: string,
  units: readonly string[],
  count: number,
): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>(units.map((unit) => [unit, []]));
  for (const line of output.split("\n")) {
    const entry = parseEntry(line);
    const unit = entry?.["_SYSTEMD_USER_UNIT"] ?? entry?.["USER_UNIT"];
    const message = entry?.["SYSLOG_IDENTIFIER"] === "systemd" ? undefined : entry?.["MESSAGE"];
    if (typeof unit === "string" && typeof message === "string") lines.get(unit)?.push(message);
  }
  return new Map([...lines].map(([unit, messages]) => [unit, messages.slice(-count)]));
}

function parseEntry(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
