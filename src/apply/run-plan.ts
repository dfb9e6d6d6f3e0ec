import type { Layout } from "../desired/layout.ts";
import { readWaits } from "../observe/files/wait.ts";
import { notEnded, notStarted } from "../observe/files/not-up.ts";
import { isReloadPending } from "../observe/files/reload-flag.ts";
import { needsReload } from "../plan/order.ts";
import type { Action, Plan } from "../plan/types.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ApplyEvent, ApplyOutcome, Emit } from "../events/apply-events.ts";
import { uninterrupted, type StopSignals } from "../system/signals.ts";
import type { Batch } from "./batches.ts";
import { dependencies } from "./dependencies.ts";
import { killedAgents } from "./killed.ts";
import { announceReload, type Target } from "./perform-call.ts";
import { refusedPlan } from "./refused-plan.ts";
import { performBatch } from "./perform-batch.ts";
import {
  beginRun,
  endBatch,
  mayOutlast,
  needsAnnouncement,
  nextStep,
  outcomeOf,
  refuseBatch,
} from "./run-state.ts";

/**
 * A last check, just before actions are done: returns the objections. `done` are the earlier actions of this
 * run.
 */
export type Recheck = (actions: readonly Action[], done: readonly Action[]) => Promise<readonly Diagnostic[]>;

/** The run's wait for a call before it continues with independent actions, ms. */
const patienceMs = 2_000;

/**
 * Runs the actions in order. A failed action skips the actions depending on it and nothing else; a long
 * start or stop delays the actions depending on it and nothing else. An objection of `recheck` ends the run,
 * and its actions are not tried. After `soon` the run begins nothing more; after `now` it does not wait for
 * any call either. A plan with refusals is not begun.
 */
export async function runPlan(
  plan: Plan,
  target: Target,
  emit: Emit,
  stopSignals: StopSignals = uninterrupted,
  recheck?: Recheck,
): Promise<ApplyOutcome> {
  const refused = refusedPlan(plan);
  if (refused !== undefined) {
    emit({ kind: "failed", actions: plan.actions, diagnostics: [refused] });
    return { done: [], failed: [], skipped: plan.actions };
  }
  const reloads = plan.actions.some(needsReload);
  const isUnread = plan.actions.some(({ reason }) => reason === "not-loaded");
  const overdue = isUnread || (reloads && isReloadPending(target.layout));
  const announced = reloads ? await announceReload(target.layout) : undefined;
  if (announced?.ok === false) {
    emit({ kind: "failed", actions: plan.actions, diagnostics: announced.diagnostics });
    return { done: [], failed: [], skipped: plan.actions };
  }
  const beganMs = Date.now();
  const dependsOn = dependencies(plan, overdue);
  const underWay = new Set<Promise<void>>();
  let state = beginRun(plan.actions, overdue);
  for (;;) {
    const step = nextStep(state, dependsOn, stopSignals.soon.aborted);
    state = step.state;
    if (step.kind === "over") break;
    if (step.kind === "begin") {
      await perform(step.batch);
      continue;
    }
    emit({ kind: "only-waiting", actions: [] });
    await Promise.race(underWay);
  }
  const outcome = outcomeOf(state);
  const killed = killedAgents(outcome.done, target.layout, beganMs);
  return {
    ...outcome,
    ...(recheck === undefined ? {} : { isOnce: true }),
    ...(killed.length === 0 ? {} : { killed }),
  };

  /** Does a batch. If it outlasts the patience, it continues next to the batches after it. */
  async function perform(batch: Batch): Promise<void> {
    const batchBeganMs = Date.now();
    const whole = runBatch(batch).finally(() => underWay.delete(whole));
    underWay.add(whole);
    if (!mayOutlast(batch)) return whole;
    const outlasts = await Promise.race([whole.then(() => false), patience()]);
    if (outlasts) emit(outlasting(batch, target.layout, batchBeganMs));
  }

  async function runBatch(batch: Batch): Promise<void> {
    const { actions } = batch;
    const why = (await recheck?.(actions, [...state.done])) ?? [];
    if (why.length > 0) {
      emit({ kind: "failed", actions, diagnostics: why });
      state = refuseBatch(state, batch);
      return;
    }
    if (needsAnnouncement(state, batch)) {
      const told = await announceReload(target.layout);
      if (!told.ok) {
        emit({ kind: "failed", actions, diagnostics: told.diagnostics });
        state = endBatch(state, batch, { done: [], failed: actions, unknown: [] });
        return;
      }
      state = { ...state, isAnnounced: true };
    }
    const result = await performBatch(batch, target, emit, stopSignals);
    state = endBatch(state, batch, result);
  }
}

/** Returns the event of a long call, with the waits of its agents that have not ended yet. */
function outlasting(batch: Batch, layout: Layout, sinceMs: number): ApplyEvent {
  const actions = slowest(batch, layout, sinceMs);
  const waits = readWaits(
    actions.flatMap(({ agent }) => agent ?? []),
    layout,
  );
  return { kind: "outlasting", actions, ...(waits.size === 0 ? {} : { waits }) };
}

/**
 * Returns the actions of a batch under way whose agents have not ended or started yet. All of them if each has, because
 * systemd may still wait for something else. Reads files alone, and calls nobody.
 */
function slowest({ actions }: Batch, layout: Layout, sinceMs: number): readonly Action[] {
  const agentsOf = (isMeant: (kind: Action["kind"]) => boolean): readonly string[] =>
    actions.flatMap(({ kind, agent }) => (agent !== undefined && isMeant(kind) ? [agent] : []));
  const slow = new Set([
    ...notEnded(
      agentsOf((kind) => kind === "stop"),
      layout,
    ),
    ...notStarted(
      agentsOf((kind) => kind !== "stop"),
      layout,
      sinceMs,
    ),
  ]);
  const left = actions.filter(({ agent }) => agent !== undefined && slow.has(agent));
  return left.length === 0 ? actions : left;
}

/** Ends after the patience. The timer does not keep the process from ending. */
function patience(): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), patienceMs).unref());
}
