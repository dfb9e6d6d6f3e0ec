import type { ApplyOutcome, Stay } from "../events/apply-events.ts";
import { needsReload } from "../plan/order.ts";
import type { Action } from "../plan/types.ts";
import { batchActions, type Batch } from "./batches.ts";
import type { DependsOn } from "./dependencies.ts";
import { fittingWave } from "./turns/waves.ts";

/**
 * The run of a plan as a value, without a machine of its own.
 *
 * A run goes through its actions in rounds. A round takes each batch in the order of the plan: it skips the
 * actions depending on something failed or skipped, defers those depending on something under way, and
 * begins the others. The next round consists of the deferred actions. Between two rounds the run waits if
 * anything is under way.
 */
export interface RunState {
  /** The actions of this round, in the order of the plan. */
  readonly round: readonly Action[];
  /** Batches of this round still to come. */
  readonly ahead: readonly Batch[];
  /** Actions of this round that have to wait for something under way. */
  readonly deferred: ReadonlySet<Action>;
  /** A daemon-reload of this round to be repeated after the deferred actions. */
  readonly reloadAgain: Action | undefined;
  readonly underWay: ReadonlySet<Action>;
  readonly done: ReadonlySet<Action>;
  readonly failed: ReadonlySet<Action>;
  /** Failed actions with an unknown effect. */
  readonly unknown: ReadonlySet<Action>;
  /** Failed actions systemd does later. */
  readonly queued: ReadonlySet<Action>;
  readonly skipped: ReadonlySet<Action>;
  /** Skipped restarts whose agents keep running as before. */
  readonly stayed: ReadonlyMap<Action, Stay>;
  /** True once the plan does not fit the machine any more: the run begins nothing more. */
  readonly isStopped: boolean;
  /** True if units were changed since systemd last read them. */
  readonly isReloadDue: boolean;
  /** True if the disk records that a reload is due. */
  readonly isAnnounced: boolean;
}

/** The result of a batch. `unknown` are the failed actions with an unknown effect, `queued` those that systemd does later. */
export interface BatchResult {
  readonly done: readonly Action[];
  readonly failed: readonly Action[];
  readonly unknown: readonly Action[];
  readonly queued?: readonly Action[];
}

/** The next thing to do in a run: begin a batch, wait until one under way ends, or nothing. */
export type RunStep =
  | { readonly kind: "begin"; readonly state: RunState; readonly batch: Batch }
  | { readonly kind: "wait"; readonly state: RunState }
  | { readonly kind: "over"; readonly state: RunState };

const noActions: ReadonlySet<Action> = new Set();

/** Returns the state before the first action. `isReloadDue`: an earlier run has left a reload undone. */
export function beginRun(actions: readonly Action[], isReloadDue: boolean): RunState {
  return {
    ...roundOf(actions),
    underWay: noActions,
    done: noActions,
    failed: noActions,
    unknown: noActions,
    queued: noActions,
    skipped: noActions,
    stayed: new Map(),
    isStopped: false,
    isReloadDue,
    isAnnounced: true,
  };
}

/** Returns the next step of a run. After an interruption, it begins nothing more. */
export function nextStep(before: RunState, dependsOn: DependsOn, isInterrupted: boolean): RunStep {
  let state = before;
  for (;;) {
    const [batch, ...ahead] = state.ahead;
    if (batch !== undefined) {
      const sorted = sortBatch({ ...state, ahead }, batch, dependsOn, isInterrupted);
      if (sorted.ready !== undefined) {
        const underWay = withAll(sorted.state.underWay, sorted.ready.actions);
        return { kind: "begin", batch: sorted.ready, state: { ...sorted.state, underWay } };
      }
      state = sorted.state;
      continue;
    }
    const { round, deferred, reloadAgain, underWay } = state;
    state = {
      ...state,
      ...roundOf(round.filter((action) => deferred.has(action) || action === reloadAgain)),
    };
    if (underWay.size > 0) return { kind: "wait", state };
    if (state.round.length === 0) return { kind: "over", state };
  }
}

/** Returns the state after a batch has ended. */
export function endBatch(state: RunState, { actions }: Batch, result: BatchResult): RunState {
  const reloads = result.done.some(({ kind }) => kind === "daemon-reload");
  return {
    ...state,
    underWay: withoutAll(state.underWay, actions),
    done: withAll(withoutAll(state.done, result.failed), result.done),
    failed: withAll(withoutAll(state.failed, result.done), result.failed),
    unknown: withAll(state.unknown, result.unknown),
    queued: withAll(state.queued, result.queued ?? []),
    isReloadDue: reloads ? false : state.isReloadDue || result.done.some(needsReload),
    isAnnounced: reloads ? false : state.isAnnounced,
  };
}

/** Returns the state after a batch was begun and turned out not to fit the machine any more: the run stops. */
export function refuseBatch(state: RunState, { actions }: Batch): RunState {
  return skip({ ...state, underWay: withoutAll(state.underWay, actions), isStopped: true }, actions);
}

/** Returns the state after some restarts of a batch were left out: their agents keep running as before. */
export function leaveOut(state: RunState, stays: ReadonlyMap<Action, Stay>): RunState {
  const actions = [...stays.keys()];
  const after = skip({ ...state, underWay: withoutAll(state.underWay, actions) }, actions);
  const told = [...stays].filter(([, { why }]) => why !== "interrupted");
  return { ...after, stayed: new Map([...state.stayed, ...told]) };
}

/** Returns true for a batch that can take long: the run continues with the others next to it. */
export function mayOutlast({ actions: [first] }: Batch): boolean {
  return first?.kind === "stop" || first?.kind === "start" || first?.kind === "restart";
}

/** Returns true if the disk has to record a due reload before this batch. */
export function needsAnnouncement({ isAnnounced }: RunState, { actions }: Batch): boolean {
  return !isAnnounced && actions.some(needsReload);
}

/** Returns the outcome of each action. */
export function outcomeOf({ done, failed, unknown, queued, skipped, stayed }: RunState): ApplyOutcome {
  return {
    done: [...done],
    failed: [...failed],
    ...(unknown.size > 0 ? { unknown: [...unknown] } : {}),
    ...(queued.size > 0 ? { queued: [...queued] } : {}),
    skipped: [...skipped],
    ...(stayed.size > 0 ? { stayed } : {}),
  };
}

/** Skips and defers actions of a batch, and returns the others as a batch that can begin. */
function sortBatch(
  state: RunState,
  { actions }: Batch,
  dependsOn: DependsOn,
  isInterrupted: boolean,
): { readonly state: RunState; readonly ready: Batch | undefined } {
  const deferred = new Set(state.deferred);
  const skipped: Action[] = [];
  const ready: Action[] = [];
  let { reloadAgain } = state;
  const dependsOnAny = (action: Action, ...earlier: readonly Iterable<Action>[]): boolean =>
    earlier.some((some) => [...some].some((each) => each !== action && dependsOn(action, each)));
  for (const action of actions) {
    if (state.isStopped || isInterrupted || dependsOnAny(action, state.failed, state.skipped, skipped)) {
      skipped.push(action);
    } else if (dependsOnAny(action, state.underWay, deferred)) {
      deferred.add(action);
    } else if (action.kind === "daemon-reload" && [...deferred].some(needsReload)) {
      // Agents that need it now do not wait for the deferred ones: it is repeated for those.
      reloadAgain = action;
      if (state.isReloadDue) ready.push(action);
    } else ready.push(action);
  }
  const begun = fittingWave(ready, state.underWay);
  for (const action of ready) if (!begun.includes(action)) deferred.add(action);
  return { state: skip({ ...state, deferred, reloadAgain }, skipped), ready: batchActions(begun)[0] };
}

/**
 * Returns the state with these actions skipped, except ended ones: a reload to be repeated counts as skipped
 * if units have changed since, and as failed if it failed.
 */
function skip(state: RunState, actions: readonly Action[]): RunState {
  const undone = state.isReloadDue ? actions.filter(({ kind }) => kind === "daemon-reload") : [];
  const done = withoutAll(state.done, undone);
  const skipped = actions.filter((action) => !done.has(action) && !state.failed.has(action));
  return { ...state, done, skipped: withAll(state.skipped, skipped) };
}

function roundOf(round: readonly Action[]): Pick<RunState, "round" | "ahead" | "deferred" | "reloadAgain"> {
  return { round, ahead: batchActions(round), deferred: noActions, reloadAgain: undefined };
}

function withAll(some: ReadonlySet<Action>, more: readonly Action[]): ReadonlySet<Action> {
  return more.length === 0 ? some : new Set([...some, ...more]);
}

function withoutAll(some: ReadonlySet<Action>, fewer: readonly Action[]): ReadonlySet<Action> {
  if (fewer.every((action) => !some.has(action))) return some;
  const left = new Set(fewer);
  return new Set([...some].filter((action) => !left.has(action)));
}
