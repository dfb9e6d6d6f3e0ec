import { ok, type Result } from "../../../diagnostics/diagnostic.ts";
import type { Exec } from "../../../system/exec.ts";
import { parseFields, fieldText } from "./journal-fields.ts";
import { readJournal, type JournalWanted } from "./read-journal.ts";
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

/** Returns the entries about units, the oldest first. */
export async function journalEntries(
  exec: Exec,
  units: readonly string[],
  wanted: JournalWanted,
): Promise<Result<JournalPart>> {
  const read = await readJournal(exec, wanted, unitMatches(units));
  return read.ok ? ok(parseEntries(read.value, new Set(units))) : read;
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
