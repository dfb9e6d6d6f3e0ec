import type { FleetConfig } from "../../config/types.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { RunRecord } from "../../history/run-record.ts";
import { declaredCandidates } from "../../plan/selection/candidates.ts";
import { selectsAll, type Selection } from "../../plan/selection/selection.ts";

/** Returns the names of all agents in these records. */
export function agentsIn(records: readonly RunRecord[]): ReadonlySet<string> {
  return new Set(records.flatMap(({ steps }) => steps.flatMap(({ agents }) => agents)));
}

/** Returns the selected agents, also former ones; undefined for the whole fleet. */
export async function selectKnown(
  selection: Selection,
  config: FleetConfig,
  known: ReadonlySet<string>,
): Promise<Result<ReadonlySet<string> | undefined>> {
  if (selectsAll(selection)) return ok(undefined);
  const { selectHere } = await import("../shared/select-here.ts");
  return selectHere(selection, declaredCandidates(config, known), config);
}
