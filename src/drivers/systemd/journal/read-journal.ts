import { fail, ok, type Result } from "../../../diagnostics/diagnostic.ts";
import type { Exec } from "../../../system/exec.ts";
import { explainOutcome } from "../../explain-outcome.ts";

/** The part of the journal to read: its last lines, or those since a time (ms since the epoch) or a place. */
export interface JournalWanted {
  readonly lines?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly cursor?: string | undefined;
}

const timeoutMs = 20_000;

/** Returns entries of the journal as lines of JSON, the oldest first. Without --user, because that leaves out volatile journals. */
export async function readJournal(
  exec: Exec,
  { lines, sinceMs, cursor }: JournalWanted,
  selection: readonly string[],
): Promise<Result<string>> {
  const args = [
    "--quiet",
    "--no-pager",
    "--output=json",
    ...(lines === undefined ? [] : [`--lines=${lines}`]),
    ...(sinceMs === undefined ? [] : [`--since=@${(sinceMs / 1_000).toFixed(3)}`]),
    ...(cursor === undefined ? [] : [`--after-cursor=${cursor}`]),
    ...selection,
  ];
  const outcome = await exec({ file: "journalctl", args, timeoutMs });
  if (outcome.kind === "not-found") return fail("missing-program", "journalctl was not found");
  if (outcome.kind === "timed-out") return fail("command-timeout", "journalctl did not answer in time");
  if (outcome.kind !== "exited" || outcome.code !== 0) return explainOutcome("journalctl", outcome);
  return ok(outcome.stdout);
}
