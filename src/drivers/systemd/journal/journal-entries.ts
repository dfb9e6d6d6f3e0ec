import { fail, ok, type Result } from "../../../diagnostics/diagnostic.ts";
import type { Exec } from "../../../system/exec.ts";
import { explainOutcome } from "../../explain-outcome.ts";
import { parseFields, fieldText } from "./journal-fields.ts";
import { unitMatches, unitOfEntry } from "./unit-matches.ts";

/** An entry of the journal about a unit: of its processes, or of systemd. */
interface JournalEntry {
  readonly unit: string;
  readonly text: string;
  /** ms since the epoch. */
  readonly atMs: number;
}

/** Entries, and the place after them in the journal; undefined if there are none. */
export interface JournalPart {
  readonly entries: readonly JournalEntry[];
  readonly cursor: string | undefined;
}

/** The part of the journal to read: its last lines, or those since a time (ms since the epoch) or a place. */
export interface JournalWanted {
  readonly lines?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly cursor?: string | undefined;
}

const timeoutMs = 20_000;

/** Returns the entries about units, the oldest first. Without --user, because that leaves out volatile journals. */
export async function journalEntries(
  exec: Exec,
  units: readonly string[],
  { lines, sinceMs, cursor }: JournalWanted,
): Promise<Result<JournalPart>> {
  const args = [
    "--quiet",
    "--no-pager",
    "--output=json",
    ...(lines === undefined ? [] : [`--lines=${lines}`]),
    ...(sinceMs === undefined ? [] : [`--since=@${(sinceMs / 1_000).toFixed(3)}`]),
    ...(cursor === undefined ? [] : [`--after-cursor=${cursor}`]),
    ...unitMatches(units),
  ];
  const outcome = await exec({ file: "journalctl", args, timeoutMs });
  if (outcome.kind === "not-found") return fail("missing-program", "journalctl was not found");
  if (outcome.kind === "timed-out") return fail("command-timeout", "journalctl did not answer in time");
  if (outcome.kind !== "exited" || outcome.code !== 0) return explainOutcome("journalctl", outcome);
  return ok(parseEntries(outcome.stdout, new Set(units)));
}

/** Parses `journalctl --output=json`: one object a line. Leaves out what it cannot read. */
export function parseEntries(output: string, units: ReadonlySet<string>): JournalPart {
  const entries: JournalEntry[] = [];
  let cursor: string | undefined;
  for (const line of output.split("\n")) {
    const fields = parseFields(line);
    cursor = fieldText(fields["__CURSOR"]) ?? cursor;
    const unit = unitOfEntry(fields, units);
    const text = fieldText(fields["MESSAGE"]);
    const atMs = Number(fields["__REALTIME_TIMESTAMP"]) / 1_000;
    if (unit !== undefined && text !== undefined && atMs > 0) entries.push({ unit, text, atMs });
  }
  return { entries, cursor };
}
