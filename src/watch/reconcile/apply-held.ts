import { recordAppliedFile } from "../../apply/applied-file.ts";
import type { Target } from "../../apply/target.ts";
import { runPlan } from "../../apply/run-plan.ts";
import { observedStarts } from "../../apply/turns/starts.ts";
import { fileOf } from "../../config/file/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { undoneActions, type ApplyEvent, type ApplyOutcome } from "../../events/apply-events.ts";
import type { LookCause } from "../../events/watch-events.ts";
import type { Plan } from "../../plan/types.ts";
import type { StopSignals } from "../../system/signals.ts";
import type { KeptMemory } from "./kept-memory.ts";
import { afterApply, afterRecord, afterRun } from "./memory.ts";
import type { HeldPlan } from "./plan-with-holds.ts";
import { isNewTrouble } from "./retry.ts";

/** The means of an apply. */
export interface Applying {
  readonly target: Target;
  readonly kept: KeptMemory;
  readonly causes: readonly LookCause[];
  readonly stopSignals: StopSignals;
  /** Adds to a plan the diffs of overwritten files with edits by hand. */
  readonly attachDiffs: (plan: Plan) => Promise<Plan>;
  /** Called when the apply only waits for slow units. */
  readonly onSlow: () => void;
}

/** The end of an apply. */
export interface Applied {
  readonly problems: readonly Diagnostic[];
  /** True if it was stopped before its end. */
  readonly wasCut: boolean;
}

/** Executes the plan of a look, reports its changes, and records the run. */
export async function applyHeld(applying: Applying, found: HeldPlan): Promise<Applied> {
  const { target, kept, causes, stopSignals, attachDiffs } = applying;
  const { plan } = found;
  kept.tell({ kind: "applying", causes, actions: plan.actions.length });
  const began = { ms: performance.now(), date: Date.now() };
  const problems: Diagnostic[] = [];
  const checks = { starts: observedStarts(plan, found.observed) };
  const outcome = await runPlan(plan, target, followApply(applying, problems), stopSignals, checks);
  kept.keep(afterRun(kept.memory(), found, outcome, performance.now()));
  await noteFile(found);
  const wasCut = stopSignals.soon.aborted;
  const shown = await attachDiffs(plan);
  kept.remember(afterApply(kept.memory(), shown, outcome, found, wasCut));
  if (problems.length === 0 || isNewTrouble(problems, kept.memory().trouble)) {
    const ms = performance.now() - began.ms;
    const [done, failed, skipped] = [
      outcome.done.length,
      outcome.failed.length,
      undoneActions(outcome).length - outcome.failed.length,
    ];
    kept.tell({ kind: "applied", causes, done, failed, skipped, wasCut, ms });
    await recordReconcile(applying, found, outcome, { beganMs: began.date, ms });
  }
  return { problems, wasCut };
}

/** Remembers the fleet file of a plan as the last one in force, unless a guard refuses the plan. */
export async function noteFile({ whole, desired, config }: HeldPlan): Promise<void> {
  if (whole.refusals.length === 0) await recordAppliedFile(desired.layout, fileOf(config));
}

/** Gathers problems, and notices when all work under way takes long. */
function followApply({ kept, onSlow }: Applying, problems: Diagnostic[]): (event: ApplyEvent) => void {
  return (event) => {
    if (event.kind === "failed") problems.push(...event.diagnostics);
    if (event.kind === "outlasting")
      kept.tell({ kind: "slow", units: event.actions.map((action) => action.target) });
    if (event.kind === "only-waiting") onSlow();
  };
}

/** Adds a run to the history of the fleet. */
async function recordReconcile(
  { kept, causes }: Applying,
  { plan, desired, config }: HeldPlan,
  outcome: ApplyOutcome,
  times: { readonly beganMs: number; readonly ms: number },
): Promise<void> {
  // In a file of its own: an apply loads it, too.
  const { recordRun } = await import("../../apply/record/record-run.ts");
  const origin = { command: "fleet watch", causes, config, ...times };
  const recorded = await recordRun(desired.layout, { plan, outcome, exitCode: null }, origin);
  kept.remember(afterRecord(kept.memory(), recorded));
}
