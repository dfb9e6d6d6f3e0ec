import { ok, type Result } from "../../../diagnostics/diagnostic.ts";
import type { Exec } from "../../../system/exec.ts";
import { parseFields, fieldText } from "./journal-fields.ts";
import { readJournal } from "./read-journal.ts";

/** The fields of a message of systemd about a unit: see systemd.journal-fields(7). */
const journalFields = [
  "MESSAGE_ID",
  "USER_UNIT",
  "JOB_TYPE",
  "JOB_RESULT",
  "EXIT_CODE",
  "EXIT_STATUS",
  "COMMAND",
  "UNIT_RESULT",
  "N_RESTARTS",
] as const;

/** A message of systemd about a unit. */
export interface UnitEntry {
  readonly unit: string;
  /** The catalog id of the message. */
  readonly id: string;
  /** ms since the epoch. */
  readonly atMs: number;
  /** The id of the boot. */
  readonly boot: string;
  readonly fields: Readonly<Partial<Record<(typeof journalFields)[number], string>>>;
}

/** Messages, and the place after them in the journal; undefined if there are none. */
export interface UnitEntries {
  readonly entries: readonly UnitEntry[];
  readonly cursor: string | undefined;
}

/** The messages to read: of these units and with these ids; the last ones, or those since a time or a place. */
export interface UnitEntriesWanted {
  readonly uid: number;
  readonly units: readonly string[];
  readonly ids: readonly string[];
  readonly lines?: number | undefined;
  /** ms since the epoch. */
  readonly sinceMs?: number | undefined;
  readonly cursor?: string | undefined;
}

/**
 * Returns messages of the user manager about units, the oldest first, in one call. Matches of one field are alternatives,
 * and different fields must all match (journalctl(1)).
 */
export async function unitEntries(exec: Exec, wanted: UnitEntriesWanted): Promise<Result<UnitEntries>> {
  const { uid, units, ids } = wanted;
  const read = await readJournal(exec, wanted, [
    `--output-fields=${journalFields.join(",")}`,
    `_UID=${uid}`,
    ...ids.map((id) => `MESSAGE_ID=${id}`),
    ...units.map((unit) => `USER_UNIT=${unit}`),
  ]);
  return read.ok ? ok(parseUnitEntries(read.value)) : read;
}

/** Parses `journalctl --output=json`: one object a line. Leaves out what it cannot read. */
export function parseUnitEntries(output: string): UnitEntries {
  let cursor: string | undefined;
  const entries = output.split("\n").flatMap((line): readonly UnitEntry[] => {
    const found = parseFields(line);
    cursor = fieldText(found["__CURSOR"]) ?? cursor;
    const unit = fieldText(found["USER_UNIT"]);
    const id = fieldText(found["MESSAGE_ID"]);
    const atMs = Number(found["__REALTIME_TIMESTAMP"]) / 1_000;
    if (unit === undefined || id === undefined || !(atMs > 0)) return [];
    const texts = journalFields.flatMap((name) => {
      const text = fieldText(found[name]);
      return text === undefined ? [] : [[name, text] as const];
    });
    return [{ unit, id, atMs, boot: fieldText(found["_BOOT_ID"]) ?? "", fields: Object.fromEntries(texts) }];
  });
  return { entries, cursor };
}
