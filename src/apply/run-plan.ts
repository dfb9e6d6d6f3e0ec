import { isReloadPending } from "../observe/runtime/reload-flag.ts";
import { needsReload } from "../plan/order.ts";
import type { Plan } from "../plan/types.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ApplyOutcome, Emit } from "../events/apply-events.ts";
import { uninterrupted, type StopSignals } from "../system/signals.ts";
import type { Batch } from "./batches.ts";
import type { CurrentRun, RunChecks } from "./current-run.ts";
import { dependencies } from "./dependencies.ts";
import { killedAgents } from "./killed.ts";
import { outlasting, patience } from "./perform/outlasting.ts";
import { announceReload } from "./perform/perform-call.ts";
import { runBatch } from "./perform/run-batch.ts";
import type { Target } from "./target.ts";
import { refusedPlan } from "./refused-plan.ts";
import { openRoll } from "./turns/roll.ts";
import { runWave } from "./perform/run-wave.ts";
import { isInTurns } from "./turns/waves.ts";
import { beginRun, mayOutlast, nextStep, outcomeOf } from "./run-state.ts";

/**
 * Runs the actions in order. A failed action skips the actions depending on it and nothing else; a long
 * start or stop delays the actions depending on it and nothing else. An objection of `recheck` ends the run,
 * and its actions are not tried. After `soon` the run begins nothing more; after `now` it does not wait for
 * any call either. A plan with refusals is not begun. Agents that take turns restart in waves.
 */
export async function runPlan(
  plan: Plan,
  target: Target,
  emit: Emit,
  stopSignals: StopSignals = uninterrupted,
  checks: RunChecks = {},
): Promise<ApplyOutcome> {
  const refused = refusedPlan(plan);
  if (refused !== undefined) return beginNothing(plan, [refused], emit);
  const isOverdue = isReloadOverdue(plan, target);
  const announced = plan.actions.some(needsReload) ? await announceReload(target.layout) : undefined;
  if (announced?.ok === false) return beginNothing(plan, announced.diagnostics, emit);
  const beganMs = Date.now();
  const roll = openRoll(target, checks.lookAgain, stopSignals.soon);
  const state = beginRun(plan.actions, isOverdue);
  const run: CurrentRun = { ...checks, state, plan, target, emit, stopSignals, roll };
  await runSteps(run, isOverdue);
  const outcome = outcomeOf(run.state);
  const killed = killedAgents(outcome.done, target.layout, beganMs);
  return {
    ...outcome,
    ...(checks.recheck === undefined ? {} : { isOnce: true }),
    ...(killed.length === 0 ? {} : { killed }),
  };
}

/** Reports that a plan is not begun, and returns its outcome. */
function beginNothing(plan: Plan, diagnostics: readonly Diagnostic[], emit: Emit): ApplyOutcome {
  emit({ kind: "failed", actions: plan.actions, diagnostics });
  return { done: [], failed: [], skipped: plan.actions };
}

/** Returns true if systemd has not read files from before this plan. */
function isReloadOverdue({ actions }: Plan, { layout }: Target): boolean {
  if (actions.some(({ reason }) => reason === "not-loaded")) return true;
  return actions.some(needsReload) && isReloadPending(layout);
}

/** Executes the steps of a run until nothing is left to do. */
async function runSteps(run: CurrentRun, isOverdue: boolean): Promise<void> {
  const dependsOn = dependencies(run.plan, isOverdue);
  const underWay = new Set<Promise<void>>();
  for (;;) {
    const step = nextStep(run.state, dependsOn, run.stopSignals.soon.aborted);
    run.state = step.state;
    if (step.kind === "over") return;
    if (step.kind === "begin") {
      await startBatch(run, step.batch, underWay);
      continue;
    }
    run.emit({ kind: "only-waiting", actions: [] });
    await Promise.race(underWay);
  }
}

/** Does a batch. If it outlasts the patience, it continues next to the batches after it, as one of `underWay`. */
async function startBatch(run: CurrentRun, batch: Batch, underWay: Set<Promise<void>>): Promise<void> {
  const isWave = batch.actions.every(isInTurns);
  const beganMs = Date.now();
  const whole = (isWave ? runWave(run, batch) : runBatch(run, batch)).finally(() => underWay.delete(whole));
  underWay.add(whole);
  if (!mayOutlast(batch)) return whole;
  const outlasts = await Promise.race([whole.then(() => false), patience()]);
  if (outlasts && !isWave) run.emit(outlasting(batch, run.target.layout, beganMs));
}
