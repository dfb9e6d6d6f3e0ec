import type { Exec } from "../../../system/exec.ts";
import { fieldText, parseFields } from "./journal-fields.ts";
import { unitMatches, unitOfEntry } from "./unit-matches.ts";

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
 * lines: they are for display, and no decision depends on them. Without --user, because that shows nothing of volatile
 * journals.
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
    ...unitMatches(units),
  ];
  const outcome = await exec({ file: "journalctl", args, timeoutMs: 10_000 });
  if (outcome.kind !== "exited" || outcome.code !== 0) return new Map();
  return parseJournal(outcome.stdout, units);
}

/**
 * Parses `journalctl --output=json`: one object a line. Keeps only the output of the unit's own processes,
 * not systemd's messages about the unit.
 */
export function parseJournal(
  output: string,
  units: readonly string[],
): ReadonlyMap<string, readonly JournalLine[]> {
  const lines = new Map<string, JournalLine[]>(units.map((unit) => [unit, []]));
  for (const line of output.split("\n")) {
    const entry = parseFields(line);
    const unit = unitOfEntry(entry, lines);
    const text = entry["SYSLOG_IDENTIFIER"] === "systemd" ? undefined : entry["MESSAGE"];
    const atUs = Number(entry["__MONOTONIC_TIMESTAMP"] ?? 0);
    const invocation = fieldText(entry["_SYSTEMD_INVOCATION_ID"]);
    if (unit !== undefined && typeof text === "string") lines.get(unit)?.push({ text, atUs, invocation });
  }
  return lines;
}

/**
 * Returns the lines of a unit's last run, as `systemctl show` describes it. Compares the id of the run first,
 * because systemd takes the time of a start only after it has started the first process. The time decides for
 * lines without the right id: journald does not know the run of a process that ended too soon. If that run says nothing, as
 * the next try of a failed unit, returns all lines since `sinceUs`, µs of the monotonic clock, if that is given.
 */
export function linesOfRun(
  lines: readonly JournalLine[],
  run: { readonly startedUs: number; readonly invocation: string },
  sinceUs = 0,
): readonly JournalLine[] {
  const recent = lines.filter(({ atUs }) => atUs >= sinceUs);
  const last = recent.filter(({ atUs, invocation }) => {
    return atUs >= run.startedUs || invocation === run.invocation;
  });
  return last.length > 0 || sinceUs === 0 ? last : recent;
}
