import type { ApplyOutcome, Emit } from "../events/apply-events.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { isReloadPending } from "../observe/files/reload-flag.ts";
import { needsReload } from "../plan/order.ts";
import type { Action, Plan } from "../plan/types.ts";
import { uninterrupted, type Interruption } from "../system/signals.ts";
import { batchActions, type Batch } from "./batches.ts";
import { announceReload, type Target } from "./perform-call.ts";
import { killedAgents } from "./killed.ts";
import { performBatch, type BatchResult } from "./perform-batch.ts";
import { dependencies, type DependsOn } from "./dependencies.ts";

/** Says why actions must not be done after all, just before they are; `done` are those that this run has done. */
export type Guard = (actions: readonly Action[], done: readonly Action[]) => Promise<readonly Diagnostic[]>;

interface Surroundings {
  readonly emit: Emit;
  readonly interruption: Interruption;
  readonly guard: Guard | undefined;
}

/** How long a call is waited for before what does not rest on it goes on beside it, ms. */
const patienceMs = 2_000;

/**
 * Runs the actions in order. What fails keeps from being done what rests on it, and nothing else; a start or stop that
 * takes long keeps what rests on it waiting, and nothing else. What `guard` objects to is not tried, and ends
 * it. After `soon` nothing more is begun; after `now` what is under way is not waited for either.
 */
export async function runPlan(
  plan: Plan,
  target: Target,
  emit: Emit,
  interruption: Interruption = uninterrupted,
  guard?: Guard,
): Promise<ApplyOutcome> {
  const reloads = plan.actions.some(needsReload);
  const isUnread = plan.actions.some(({ reason }) => reason === "not-loaded");
  const overdue = isUnread || (reloads && isReloadPending(target.layout));
  const announced = reloads ? await announceReload(target.layout) : undefined;
  if (announced?.ok === false) {
    emit({ kind: "failed", actions: plan.actions, diagnostics: announced.diagnostics });
    return { done: [], failed: [], skipped: plan.actions };
  }
  const beganMs = Date.now();
  const run = startRun(target, dependencies(plan, overdue), overdue, { emit, interruption, guard });
  let waiting = plan.actions;
  while (waiting.length > 0 || run.underWay.size > 0) {
    waiting = await run.pass(waiting);
    if (run.underWay.size === 0) continue;
    emit({ kind: "only-waiting", actions: [] });
    await Promise.race(run.underWay);
  }
  const outcome = run.outcome();
  const killed = killedAgents(outcome.done, target.layout, beganMs);
  return killed.length === 0 ? outcome : { ...outcome, killed };
}

/** One run's bookkeeping. */
function startRun(target: Target, dependsOn: DependsOn, overdue: boolean, surroundings: Surroundings) {
  const { emit, interruption, guard } = surroundings;
  /** What the plan rests on is not so any more: nothing more is begun. */
  let isStopped = false;
  const done = new Set<Action>();
  const failed = new Set<Action>();
  const unknown = new Set<Action>();
  const skipped = new Set<Action>();
  const busy = new Set<Action>();
  const underWay = new Set<Promise<void>>();
  /** Units were changed since they were last read; and that is announced on disk. */
  let isReloadDue = overdue;
  let isAnnounced = true;
  const restsOnAny = (action: Action, ...earlier: readonly ReadonlySet<Action>[]): boolean =>
    earlier.some((some) => [...some].some((each) => each !== action && dependsOn(action, each)));

  function book(result: BatchResult): void {
    for (const action of result.done) {
      failed.delete(action);
      done.add(action);
      if (needsReload(action)) isReloadDue = true;
      if (action.kind === "daemon-reload") isReloadDue = isAnnounced = false;
    }
    for (const action of result.failed) {
      done.delete(action);
      failed.add(action);
    }
    for (const action of result.unknown) unknown.add(action);
  }

  async function begin(batch: Batch): Promise<void> {
    const why = (await guard?.(batch.actions, [...done])) ?? [];
    if (why.length > 0) {
      isStopped = true;
      emit({ kind: "failed", actions: batch.actions, diagnostics: why });
      return batch.actions.forEach(skip);
    }
    if (!isAnnounced && batch.actions.some(needsReload)) {
      const announced = await announceReload(target.layout);
      if (!announced.ok) {
        emit({ kind: "failed", actions: batch.actions, diagnostics: announced.diagnostics });
        return book({ done: [], failed: batch.actions, unknown: [] });
      }
      isAnnounced = true;
    }
    book(await performBatch(batch, target, emit, interruption));
  }

  /** Does a batch; if it outlasts the patience, it goes on beside what comes after it. */
  async function perform(batch: Batch): Promise<void> {
    const { actions } = batch;
    for (const action of actions) busy.add(action);
    const whole = begin(batch).finally(() => {
      for (const action of actions) busy.delete(action);
      underWay.delete(whole);
    });
    underWay.add(whole);
    if (!mayOutlast(batch)) return whole;
    const outlasts = await Promise.race([whole.then(() => false), patience()]);
    if (outlasts) emit({ kind: "outlasting", actions });
  }

  /** Goes through the actions once, and returns those that wait for something that is under way. */
  async function pass(actions: readonly Action[]): Promise<readonly Action[]> {
    const deferred = new Set<Action>();
    let reloadAgain: Action | undefined;
    for (const batch of batchActions(actions)) {
      const ready: Action[] = [];
      for (const action of batch.actions) {
        if (isStopped || interruption.soon.aborted || restsOnAny(action, failed, skipped)) skip(action);
        else if (restsOnAny(action, busy, deferred)) deferred.add(action);
        else if (action.kind === "daemon-reload" && [...deferred].some(needsReload)) {
          // Those for whom it is due need not wait for the others: then it is done once more.
          reloadAgain = action;
          if (isReloadDue) ready.push(action);
        } else ready.push(action);
      }
      for (const each of batchActions(ready)) await perform(each);
    }
    return actions.filter((action) => deferred.has(action) || action === reloadAgain);
  }

  function skip(action: Action): void {
    if (action.kind === "daemon-reload" && isReloadDue) done.delete(action);
    if (!done.has(action)) skipped.add(action);
  }

  return {
    pass,
    underWay,
    outcome: (): ApplyOutcome => ({
      done: [...done],
      failed: [...failed],
      ...(unknown.size > 0 ? { unknown: [...unknown] } : {}),
      skipped: [...skipped],
      ...(guard === undefined ? {} : { isOnce: true }),
    }),
  };
}

function mayOutlast({ actions: [first] }: Batch): boolean {
  return first?.kind === "stop" || first?.kind === "start" || first?.kind === "restart";
}

/** The timer keeps nothing from ending: what is waited for does. */
function patience(): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), patienceMs).unref());
}
