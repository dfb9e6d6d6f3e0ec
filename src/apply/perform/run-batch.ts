import { setTimeout as sleep } from "node:timers/promises";
import type { Emit } from "../../events/apply-events.ts";
import { restartAction } from "../../plan/actions.ts";
import type { Action } from "../../plan/types.ts";
import { batchActions, type Batch } from "../batches.ts";
import type { CurrentRun } from "../current-run.ts";
import { endBatch, needsAnnouncement, refuseBatch, type BatchResult } from "../run-state.ts";
import type { StillDue } from "../../plan/still-due.ts";
import type { LookAgain } from "../turns/roll.ts";
import { overtaken } from "../turns/starts.ts";
import { acceptStarts } from "./forget-restarts.ts";
import { performBatch } from "./perform-batch.ts";
import { announceReload } from "./perform-call.ts";

/** A batch that is more than its calls, such as a wave. */
export interface BatchHooks {
  readonly emit: Emit;
  /** Gets the done actions, which count as under way until it has ended. */
  readonly onDone: (actions: readonly Action[]) => Promise<void>;
}

/** Does a batch of a run: with the last check before it, the record of a due reload, and the calls themselves. */
export async function runBatch(run: CurrentRun, batch: Batch, hooks?: BatchHooks): Promise<void> {
  const { actions } = batch;
  const objections = (await run.recheck?.(actions, [...run.state.done])) ?? [];
  if (objections.length > 0) {
    run.emit({ kind: "failed", actions, diagnostics: objections });
    run.state = refuseBatch(run.state, batch);
    return;
  }
  if (needsAnnouncement(run.state, batch)) {
    const announced = await announceReload(run.target.layout);
    if (!announced.ok) {
      run.emit({ kind: "failed", actions, diagnostics: announced.diagnostics });
      run.state = endBatch(run.state, batch, { done: [], failed: actions, unknown: [] });
      return;
    }
    run.state = { ...run.state, isAnnounced: true };
  }
  const since = await startedSince(run, actions);
  const result = await performOthers(run, batch, since, hooks?.emit ?? run.emit);
  const done = [...since.done, ...result.done];
  await hooks?.onDone(done);
  run.state = endBatch(run.state, batch, { ...result, done });
}

/** The starts and restarts of a batch that systemd or somebody else has overtaken. */
interface Overtaken {
  /** The agent runs as declared: nothing is left to do. */
  readonly done: ReadonlySet<Action>;
  /** Starts of agents that run by other files: a start would do nothing, and their policy allows a restart. */
  readonly asRestarts: ReadonlySet<Action>;
}

async function performOthers(
  run: CurrentRun,
  batch: Batch,
  { done, asRestarts }: Overtaken,
  emit: Emit,
): Promise<BatchResult> {
  if (done.size === 0 && asRestarts.size === 0) return performBatch(batch, run.target, emit, run.stopSignals);
  const others = batch.actions.filter((action) => !done.has(action) && !asRestarts.has(action));
  const origins = new Map<Action, Action>([...asRestarts].map((start) => [restartInstead(start), start]));
  // At once: after an interruption, nothing more begins.
  const results = await Promise.all(
    batchActions([...others, ...origins.keys()]).map((part) =>
      performBatch(part, run.target, emit, run.stopSignals),
    ),
  );
  const all = (pick: (result: BatchResult) => readonly Action[]): readonly Action[] =>
    results.flatMap(pick).map((action) => origins.get(action) ?? action);
  return {
    done: all((result) => result.done),
    failed: all((result) => result.failed),
    unknown: all((result) => result.unknown),
    queued: all((result) => result.queued ?? []),
  };
}

/** Returns the restart of an agent whose start would do nothing. The run it ends is one of a crash loop. */
function restartInstead({ target, agent = "", reason }: Action): Action {
  return restartAction(target, { agent, reason, timeoutMs: 0, cost: "none" });
}

/**
 * Returns the restarts somebody else has done since the plan, and the starts that were under way then. They count as done, so
 * the verification looks at them. An agent that runs with another configuration than declared restarts all the same, and so
 * does one that has failed since: systemd tries it again, or does not if a reset of failures has met its end.
 */
async function startedSince(
  { starts = new Map(), lookAgain, target, stopSignals }: CurrentRun,
  actions: readonly Action[],
): Promise<Overtaken> {
  const early = overtaken(actions, starts, target.layout);
  if (early.length === 0) return { done: new Set(), asRestarts: new Set() };
  const names = early.flatMap(({ agent }) => agent ?? []);
  const due = lookAgain && (await settledDue(() => lookAgain(names), stopSignals.soon));
  const done = early.filter((action) => isDone(action, due));
  const asRestarts = early.filter(
    ({ kind, agent = "" }) => kind === "start" && due?.restarts.has(agent) && !due.starts.has(agent),
  );
  if (due !== undefined) await acceptStarts(done, target.layout);
  return { done: new Set(done), asRestarts: new Set(asRestarts) };
}

/** Returns true if nothing is left to do of a start or restart. After a failed look, systemd has to do a start. */
function isDone({ kind, agent = "", reason }: Action, due: StillDue | undefined): boolean {
  if (due === undefined) return kind === "restart";
  if (due.starts.has(agent) || (kind === "start" && due.unsettled.has(agent))) return false;
  return (kind === "restart" && reason === "requested") || !due.restarts.has(agent);
}

/** Time for starts under way, and between two looks at them, ms. */
const startsMs = { most: 10_000, between: 100 };

/**
 * Looks until no start is under way: only then it is known whether an agent runs as declared. Or until two looks have seen
 * that each of those has to restart, whatever it still waits for: in a single one, its pane may be the one from before.
 */
async function settledDue(look: () => ReturnType<LookAgain>, interrupt: AbortSignal): ReturnType<LookAgain> {
  const began = performance.now();
  for (let wasKnown = false; ;) {
    const due = await look();
    const isOver = performance.now() - began >= startsMs.most || interrupt.aborted;
    if (due === undefined || isOver) return due;
    const isKnown = [...due.unsettled].every((name) => due.restarts.has(name));
    if (due.unsettled.size === 0 || (isKnown && wasKnown)) return due;
    wasKnown = isKnown;
    await sleep(startsMs.between, undefined, { signal: interrupt }).catch(() => undefined);
  }
}
