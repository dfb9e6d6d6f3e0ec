import type { Layout } from "../desired/layout.ts";
import { readWaits } from "../observe/runtime/wait.ts";
import { notEnded, notStarted } from "../observe/runtime/not-up.ts";
import { isReloadPending } from "../observe/runtime/reload-flag.ts";
import { needsReload } from "../plan/order.ts";
import type { Action, Plan } from "../plan/types.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ApplyEvent, ApplyOutcome, Emit } from "../events/apply-events.ts";
import { uninterrupted, type StopSignals } from "../system/signals.ts";
import { batchActions, type Batch } from "./batches.ts";
import { dependencies } from "./dependencies.ts";
import { killedAgents } from "./killed.ts";
import { announceReload } from "./perform/perform-call.ts";
import type { Target } from "./target.ts";
import { refusedPlan } from "./refused-plan.ts";
import { performBatch } from "./perform/perform-batch.ts";
import { openRoll, type LookAgain } from "./turns/roll.ts";
import { overtaken, type StartTimes } from "./turns/starts.ts";
import { isInTurns } from "./turns/waves.ts";
import {
  beginRun,
  endBatch,
  leaveOut,
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

/** The checks of a run while it goes on. */
export interface RunChecks {
  readonly recheck?: Recheck | undefined;
  /**
   * A new look at agents that restart in turns, before the turn of each, and at agents that have started since the plan.
   * Without one, only the first of those restart, and none of these.
   */
  readonly lookAgain?: LookAgain | undefined;
  /** The last starts of agents to restart, as observed for the plan. */
  readonly starts?: StartTimes | undefined;
}

/** The run's wait for a call before it continues with independent actions, ms. */
const patienceMs = 2_000;

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
  { recheck, lookAgain, starts = new Map() }: RunChecks = {},
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
  const roll = openRoll(target, lookAgain, stopSignals.soon);
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
    const isWave = batch.actions.every(isInTurns);
    const batchBeganMs = Date.now();
    const whole = (isWave ? runWave(batch) : runBatch(batch)).finally(() => underWay.delete(whole));
    underWay.add(whole);
    if (!mayOutlast(batch)) return whole;
    const outlasts = await Promise.race([whole.then(() => false), patience()]);
    if (outlasts && !isWave) emit(outlasting(batch, target.layout, batchBeganMs));
  }

  /** Restarts agents when their turn has come, and looks if they run again. */
  async function runWave(batch: Batch): Promise<void> {
    const stays = await roll.await(batch.actions);
    if (stays.size > 0) state = leaveOut(state, stays);
    const [rest] = batchActions(batch.actions.filter((action) => !stays.has(action)));
    if (rest === undefined) return;
    await runBatch(rest, roll.check);
  }

  /** Adds to the end of a wave how many agents follow. */
  function emitWave(event: ApplyEvent): void {
    const isLater = (action: Action): boolean =>
      isInTurns(action) &&
      ![state.done, state.failed, state.skipped].some((some) => some.has(action)) &&
      !event.actions.includes(action);
    const later = plan.actions.filter(isLater).length;
    emit(event.kind === "finished" && later > 0 ? { ...event, later } : event);
  }

  /** Does a batch. `onDone` gets its done actions, which count as under way until it has ended. */
  async function runBatch(
    batch: Batch,
    onDone?: (actions: readonly Action[]) => Promise<void>,
  ): Promise<void> {
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
    const early = await startedSince(actions);
    const [rest] = early.size === 0 ? [batch] : batchActions(actions.filter((action) => !early.has(action)));
    const result =
      rest === undefined
        ? { done: [], failed: [], unknown: [] }
        : await performBatch(rest, target, onDone === undefined ? emit : emitWave, stopSignals);
    const done = [...early, ...result.done];
    await onDone?.(done);
    state = endBatch(state, batch, { ...result, done });
  }

  /**
   * Returns the restarts that somebody else has done since the plan. They count as done, so the verification looks at them.
   * An agent that runs with another configuration than declared restarts all the same.
   */
  async function startedSince(actions: readonly Action[]): Promise<ReadonlySet<Action>> {
    const early = overtaken(actions, starts, target.layout);
    if (early.length === 0) return new Set();
    const due = await lookAgain?.(early.flatMap(({ agent }) => agent ?? []));
    return new Set(early.filter(({ agent = "", reason }) => reason === "requested" || !due?.has(agent)));
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
