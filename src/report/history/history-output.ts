import type { RunEventJson } from "../events/events-output.ts";
import type { Problems } from "../json/shared-output.ts";

/** A run that changed something. */
export interface HistoryEntryJson extends RunEventJson {
  /** The id of the state of fleet.yaml, for `fleet rollback`: the beginning of `digest`. Null without a fleet file. */
  readonly id: string | null;
  /** True if the text of this state is kept, except for secrets. */
  readonly isKept: boolean;
}

/** The history of a fleet, the oldest run first. */
export interface HistoryJson {
  readonly formatVersion: "1.0";
  /** The name of the fleet. */
  readonly fleet: string;
  /** The id of fleet.yaml as it is now. */
  readonly now: string | null;
  /** Number of lines in the history this version cannot read. */
  readonly unread: number;
  readonly runs: readonly HistoryEntryJson[];
}

/**
 * The output of `fleet history --json`; npm run schema writes history.schema.json from it.
 * @public
 */
export type HistoryDocument = HistoryJson | Problems;
