import type { FleetConfig } from "../../config/types.ts";
import type { Layout } from "../../desired/layout.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import type { ApplyOutcome } from "../../events/apply-events.ts";
import type { RunResult } from "../../history/compose-record.ts";
import type { Context } from "../shared/context.ts";
import { reportWarnings } from "../shared/reporting/report-doubts.ts";

/** Keeps the texts of the fleet files while the agents come to rest, and loads what comes after their check. */
export async function keepTexts(
  ran: ApplyOutcome,
  layout: Layout,
  config: FleetConfig | undefined,
): Promise<Result<void>> {
  const { keepTextsOfRun } = await import("../../apply/record/record-run.ts");
  return keepTextsOfRun(layout, ran, config);
}

/** A run of a command, for its record. */
interface RecordedRun {
  readonly command: string;
  readonly config: FleetConfig | undefined;
  /** ms since the epoch. */
  readonly beganMs: number;
  readonly ms: number;
  /** The end of `keepTexts`. */
  readonly kept: Promise<Result<void>>;
}

/** Records a run that has changed something. Nothing but a warning follows if it cannot. */
export async function recordExecution(
  layout: Layout,
  result: RunResult,
  { kept, ...run }: RecordedRun,
  context: Context,
): Promise<void> {
  const { recordRun, recordWarning } = await import("../../apply/record/record-run.ts");
  const recorded = await recordRun(layout, result, { ...run, revision: revisionElsewhere(context) }, kept);
  if (!recorded.ok) reportWarnings(recordWarning(recorded.diagnostics), context);
}

/**
 * Returns the commit of a fleet.yaml of another machine, null if it has none; undefined for a file of this one. Its path
 * may name another file here.
 */
function revisionElsewhere({ flags, caller }: Context): string | null | undefined {
  return flags.hostHere === undefined ? undefined : (caller?.revision ?? null);
}
