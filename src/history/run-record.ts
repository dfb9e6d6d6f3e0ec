import type { LookCause } from "../events/watch-events.ts";
import type { EffectiveAction } from "../plan/agent-plan.ts";
import type { Cause } from "../plan/change.ts";
import type { Summary } from "../plan/types.ts";

/** The person or program behind a run. */
export interface RunBy {
  /** The name of the account; null for an account without a name. */
  readonly user: string | null;
  readonly uid: number;
  /** The account that called sudo. */
  readonly sudoUser?: string;
  /** The agent in whose session the command ran. */
  readonly agent?: string;
  /** The page of `fleet ui`, if somebody asked for the run there. */
  readonly via?: "page";
}

/** The end of an action: `unknown` if nothing tells its effect, `not-done` if it was not begun. */
export type StepResult = "done" | "failed" | "unknown" | "not-done";

/** The action of an agent; a `pending` one only has new files for its next start. */
export type StepAction = EffectiveAction | "pending" | "blocked" | "none";

/** The same action, for the same reasons and with the same end, for one or several agents. */
export interface RecordedStep {
  readonly action: StepAction;
  readonly reasons: readonly Cause[];
  readonly result: StepResult;
  /** In the natural order of their names. */
  readonly agents: readonly string[];
}

/** A change of a file or folder shared by all agents. */
export interface SharedStep {
  readonly path: string;
  readonly role: string;
  readonly reason: Cause;
  readonly result: StepResult;
}

/** The record of one run that changed something: an apply, another changing command, or a reconcile of the watch. */
export interface RunRecord {
  readonly formatVersion: 1;
  /** The beginning of the run, ISO 8601 with milliseconds. */
  readonly time: string;
  /** The duration with the verification, ms. */
  readonly ms: number;
  /** The command, such as `fleet apply coder-1`; `fleet watch` for a reconcile of the watch. */
  readonly command: string;
  /** The reasons for a reconcile of the watch. */
  readonly causes?: readonly LookCause[];
  readonly by: RunBy;
  /** The version of the program. */
  readonly version: string;
  /** The absolute path of fleet.yaml; null if the run did not read it from a file. */
  readonly file: string | null;
  /** The digest of the text of fleet.yaml with its included files, 16 hex digits. */
  readonly digest: string | null;
  /** The checked-out Git commit of the folder of fleet.yaml. The file may differ from it: then its digest does, too. */
  readonly revision: string | null;
  readonly summary: Summary;
  readonly steps: readonly RecordedStep[];
  readonly shared: readonly SharedStep[];
  /** Number of successful actions, failed ones, and those that were not begun. */
  readonly actions: { readonly done: number; readonly failed: number; readonly skipped: number };
  /** The exit code of the command; null for a reconcile of the watch. */
  readonly exitCode: number | null;
  /** The signal that ended the run early. */
  readonly interruptedBy?: string;
}

/** Parses a file of records: one JSON object a line, the oldest first. Leaves out what it cannot read. Pure. */
export function parseRecords(text: string): readonly RunRecord[] {
  return text.split("\n").flatMap((line) => {
    const record = line.startsWith("{") ? parseRecord(line) : undefined;
    return record === undefined ? [] : [record];
  });
}

/** Returns the number of lines that parseRecords leaves out. */
export function countUnread(text: string): number {
  return text.split("\n").filter((line) => line.trim() !== "" && parseRecords(line).length === 0).length;
}

function parseRecord(line: string): RunRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<RunRecord>;
    const isWhole =
      record.formatVersion === 1 &&
      !Number.isNaN(Date.parse(record.time ?? "")) &&
      typeof record.command === "string" &&
      Array.isArray(record.steps) &&
      Array.isArray(record.shared);
    return isWhole ? (record as RunRecord) : undefined;
  } catch {
    return undefined; // cut off by a full disk, or edited by hand
  }
}
