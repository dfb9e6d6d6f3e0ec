import { keepState } from "../../apply/record/keep-texts.ts";
import { recordWarning } from "../../apply/record/record-run.ts";
import type { FleetConfig } from "../../config/types.ts";
import { layoutOf } from "../../desired/layout.ts";
import type { HostResult } from "../../hosts/host-result.ts";
import type { Context } from "../shared/context.ts";
import { reportWarnings } from "../shared/reporting/report-doubts.ts";

/**
 * Keeps the texts of fleet.yaml here, without their secrets, after hosts were changed: a rollback of hosts finds them by the ids
 * in the histories there. A host keeps its own copy, sealed with a key of its own.
 */
export async function keepStateHere(
  config: FleetConfig,
  changed: readonly HostResult[],
  context: Context,
): Promise<void> {
  if (changed.every(({ end: { name } }) => name === "not-begun" || name === "unreachable")) return;
  const kept = await keepState(layoutOf(config.name, config.tmux.socket, context.machine), config);
  if (!kept.ok) reportWarnings(recordWarning(kept.diagnostics), context);
}
