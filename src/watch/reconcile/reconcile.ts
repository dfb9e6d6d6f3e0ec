import { lockFleet } from "../../apply/lock/lock.ts";
import { sweepLeftovers } from "../../apply/sweep.ts";
import type { FleetConfig } from "../../config/types.ts";
import { layoutOf } from "../../desired/layout.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { LookCause, Tell } from "../../events/watch-events.ts";
import type { Machine } from "../../machine/machine.ts";
import { checkUnitPath } from "../../observe/check-unit-path.ts";
import type { Plan } from "../../plan/types.ts";
import type { Exec } from "../../system/exec.ts";
import type { StopSignals } from "../../system/signals.ts";
import type { FleetSource } from "../source/fleet-source.ts";
import type { SourceReading } from "../source/source-state.ts";
import { applyHeld, noteFile } from "./apply-held.ts";
import { openMemory, type KeptMemory } from "./kept-memory.ts";
import { glance, look, type FollowedText } from "./look.ts";
import {
  afterNothing,
  afterReading,
  inTrouble,
  nextIn,
  outOfTrouble,
  soonest,
  whileSaved,
} from "./memory.ts";
import type { HeldPlan } from "./plan-with-holds.ts";
import { retryMs } from "./retry.ts";

/** The surroundings of a look. */
export interface ReconcileSurroundings {
  readonly machine: Machine;
  readonly exec: Exec;
  readonly source: FleetSource;
  readonly tell: Tell;
  /** Adds to a plan the diffs of overwritten files with edits by hand. */
  readonly attachDiffs: (plan: Plan) => Promise<Plan>;
  /** Called after each look at the machine. */
  readonly onSeen: (considered: HeldPlan) => void;
  /** Called when the look only waits for slow units. */
  readonly onSlow: () => void;
}

/** The end of a look. */
export interface PassEnd {
  /** The time until the next look is due at the latest, ms, or undefined if the resync is enough. */
  readonly nextInMs: number | undefined;
  /** False if the look ended before it could apply or find nothing to do: its causes are those of the next look too. */
  readonly isFinished: boolean;
}

type RunPass = (causes: readonly LookCause[], stopSignals: StopSignals) => Promise<PassEnd>;

/** The looks at the machine for a watch. */
export interface Reconciler {
  readonly pass: RunPass;
  /** Looks at the machine by the last file followed, for a view. Reports, remembers and changes nothing. */
  readonly glance: () => Promise<void>;
}

/** The time until it looks at its own changes: a missing command fails within 20 ms, ms. */
const settleMs = 500;
/** The time for another run to end before it reports the wait and looks again, ms. */
const lockPatienceMs = 60_000;

/** A pass under way. */
interface PassWork extends ReconcileSurroundings {
  readonly kept: KeptMemory;
  readonly causes: readonly LookCause[];
  readonly stopSignals: StopSignals;
  /** Called with the configuration of each look. */
  readonly onLook: (followed: FollowedText) => void;
}

/**
 * Looks at fleet and machine and brings them in line, again and again. It decides nothing: the plan has the changes to
 * apply, and the memory has the events to report.
 */
export function createReconciler(surroundings: ReconcileSurroundings): Reconciler {
  const kept = openMemory(surroundings.tell);
  let last: FollowedText | undefined;
  const onLook = (followed: FollowedText): void => void (last = followed);
  return {
    pass: (causes, stopSignals) => pass({ ...surroundings, kept, causes, stopSignals, onLook }),
    glance: async () => last && glance({ ...surroundings, kept }, last),
  };
}

async function pass(work: PassWork): Promise<PassEnd> {
  const reading = await readFollowed(work);
  if (reading.config === undefined) return unfinished(reading.againInMs);
  if (reading.isOutdated) return waitForSave(work, reading);
  // An edit is to be applied anyway: a look before it would only take time.
  if (reading.isNew && !work.causes.includes("start")) return bringInLine(work, reading.config);
  const found = await lookFor(work, { config: reading.config, sinceMs: reading.sinceMs });
  if (!found.ok) return retryLater(work, found.diagnostics);
  if (found.value.plan.actions.length > 0) return bringInLine(work, reading.config);
  return endWithoutApply(work, found.value, reading);
}

async function readFollowed({ source, kept }: PassWork): Promise<SourceReading> {
  const reading = await source.read(performance.now());
  kept.keep(afterReading(kept.memory(), reading));
  return reading;
}

/** Waits until the file declares a usable configuration. */
function waitForSave({ kept, causes }: PassWork, { againInMs }: SourceReading): PassEnd {
  kept.remember(whileSaved(kept.memory(), causes));
  return unfinished(againInMs);
}

function lookFor(work: PassWork, followed: FollowedText): ReturnType<typeof look> {
  work.onLook(followed);
  return look(work, followed, work.causes);
}

/** Handles a look without anything to do. */
function endWithoutApply(work: PassWork, found: HeldPlan, reading: SourceReading): PassEnd {
  const { kept, causes } = work;
  void noteFile(found);
  kept.remember(afterNothing(kept.memory(), found, causes));
  return finishedPass(work, soonest(reading.againInMs, nextIn(kept.memory(), found, performance.now())));
}

/** Looks and applies as the fleet's only writer: earlier observations may be out of date. */
async function bringInLine(work: PassWork, config: FleetConfig): Promise<PassEnd> {
  const { machine, stopSignals } = work;
  const layout = layoutOf(config.name, config.tmux.socket, machine);
  const lock = await lockFleet(layout, "fleet watch", lockPatienceMs, () => undefined, stopSignals.soon);
  if (!lock.ok) return stopSignals.soon.aborted ? unfinished(retryMs) : retryLater(work, lock.diagnostics);
  try {
    if (stopSignals.soon.aborted) return unfinished(retryMs);
    sweepLeftovers(layout, machine.cacheHome);
    const reading = await readFollowed(work);
    if (reading.isOutdated) return waitForSave(work, reading);
    const found = await lookFor(work, { config: reading.config ?? config, sinceMs: reading.sinceMs });
    if (!found.ok) return retryLater(work, found.diagnostics);
    return await apply(work, found.value, reading);
  } finally {
    lock.value.release();
  }
}

async function apply(work: PassWork, found: HeldPlan, reading: SourceReading): Promise<PassEnd> {
  const { kept, machine, exec } = work;
  const { plan, desired } = found;
  if (plan.actions.length === 0) return endWithoutApply(work, found, reading);
  const target = { layout: desired.layout, exec };
  const reachable = await checkUnitPath(plan, target, machine);
  if (!reachable.ok) return retryLater(work, reachable.diagnostics);
  const { problems, wasCut } = await applyHeld({ ...work, target }, found);
  if (problems.length > 0) {
    const againInMs = retryAfterProblems(work, problems);
    const next = nextIn(kept.memory(), found, performance.now());
    return finishedPass(work, soonest(againInMs, next, reading.againInMs));
  }
  if (!wasCut) kept.remember(outOfTrouble(kept.memory()));
  return finishedPass(work, settleMs);
}

function finishedPass({ kept }: PassWork, nextInMs: number | undefined): PassEnd {
  kept.keep({ ...kept.memory(), isNewText: false });
  return { nextInMs, isFinished: true };
}

function unfinished(nextInMs: number | undefined): PassEnd {
  return { nextInMs, isFinished: false };
}

/** Ends a look early, because of a problem. */
function retryLater(work: PassWork, diagnostics: readonly Diagnostic[]): PassEnd {
  return unfinished(retryAfterProblems(work, diagnostics));
}

/** Returns how soon to try again, ms. */
function retryAfterProblems({ kept }: PassWork, diagnostics: readonly Diagnostic[]): number {
  const after = inTrouble(kept.memory(), diagnostics);
  kept.remember(after);
  return after.againInMs;
}
