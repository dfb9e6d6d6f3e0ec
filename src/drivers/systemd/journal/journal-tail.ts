import type { Exec } from "../../../system/exec.ts";

/** Enough for the last lines of every failed unit of a large fleet. */
const maxEntries = 1_000;

/** A journal line of a unit. */
export interface JournalLine {
  readonly text: string;
  /** Time of its arrival, µs of the monotonic clock. */
  readonly atUs: number;
  /** systemd's id of the run; undefined if journald does not know. */
  readonly invocation: string | undefined;
}

/**
 * Returns the last journal lines of each unit since the boot, by unit, in one call. Leaves out unreadable
 * lines: they are for display, and no decision depends on them. --user-unit works for volatile journals too,
 * but --user -u shows nothing there.
 */
export async function journalTail(
  exec: Exec,
  units: readonly string[],
): Promise<ReadonlyMap<string, readonly JournalLine[]>> {
  if (units.length === 0) return new Map();
  const args = [
    "--quiet",
    "--no-pager",
    "--boot",
    "--output=json",
    `--lines=${maxEntries}`,
    ...units.map((unit) => `--user-unit=${unit}`),
  ];
  const outcome = await exec({ file: "journalctl", args, timeoutMs: 10_000 });
  if (outcome.kind !== "exited" || outcome.code !== 0) return new Map();
  return parseJournal(outcome.stdout, units);
}

/**
 * Parses `journalctl --output=json`: one object a line. Keeps only the output of the unit's own processes,
 * not systemd's messages about the unit. The kernel names the unit of a process, except for one that ended
 * too soon: then its own USER_UNIT counts.
 */
export function parseJournal(
  output: string,
  units: readonly string[],
): ReadonlyMap<string, readonly JournalLine[]> {
  const lines = new Map<string, JournalLine[]>(units.map((unit) => [unit, []]));
  for (const line of output.split("\n")) {
    const entry = parseEntry(line);
    const unit = entry?.["_SYSTEMD_USER_UNIT"] ?? entry?.["USER_UNIT"];
    const text = entry?.["SYSLOG_IDENTIFIER"] === "systemd" ? undefined : entry?.["MESSAGE"];
    const atUs = Number(entry?.["__MONOTONIC_TIMESTAMP"] ?? 0);
    const id = entry?.["_SYSTEMD_INVOCATION_ID"];
    const invocation = typeof id === "string" ? id : undefined;
    if (typeof unit === "string" && typeof text === "string")
      lines.get(unit)?.push({ text, atUs, invocation });
  }
  return lines;
}

/**
 * Returns the lines of a unit's last run, as `systemctl show` describes it. Compares the id of the run first,
 * because systemd takes the time of a start only after it has started the first process. The time decides for
 * lines without the right id: journald does not know the run of a process that ended too soon.
 */
export function linesOfRun(
  lines: readonly JournalLine[],
  run: { readonly startedUs: number; readonly invocation: string },
): readonly JournalLine[] {
  return lines.filter(({ atUs, invocation }) => atUs >= run.startedUs || invocation === run.invocation);
}

function parseEntry(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
