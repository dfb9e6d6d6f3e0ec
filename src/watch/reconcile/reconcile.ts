import { recordAppliedFile } from "../../apply/applied-file.ts";
import { fileOf } from "../../config/file/load.ts";
import { checkUnitPath } from "../../observe/check-unit-path.ts";
import { lockFleet } from "../../apply/lock/lock.ts";
import type { Target } from "../../apply/perform-call.ts";
import type { ApplyEvent, ApplyOutcome } from "../../events/apply-events.ts";
import type { RunOrigin } from "../../apply/record/record-run.ts";
import { runPlan } from "../../apply/run-plan.ts";
import { sweepLeftovers } from "../../apply/sweep.ts";
import type { FleetConfig } from "../../config/types.ts";
import { layoutOf } from "../../desired/layout.ts";
import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import { survey } from "../../observe/survey.ts";
import { isInLine } from "../../plan/summary.ts";
import type { Plan } from "../../plan/types.ts";
import type { Exec } from "../../system/exec.ts";
import type { StopSignals } from "../../system/signals.ts";
import type { Machine } from "../../machine/machine.ts";
import { readClocks, sinceJump } from "../loop/clock-jumps.ts";
import { planWithHolds, type HeldPlan, type Moment } from "./plan-with-holds.ts";
import { envFileAges } from "../source/env-file-ages.ts";
import type { Reading } from "../source/source-state.ts";
import type { FleetSource } from "../source/fleet-source.ts";
import type { LookCause, Tell, WatchEvent } from "../../events/watch-events.ts";
import { withFailureOutput } from "./failure-output.ts";
import {
  afterApply,
  afterLook,
  afterRun,
  emptyMemory,
  inTrouble,
  nextIn,
  outOfTrouble,
  soonest,
  type Remembered,
} from "./memory.ts";
import { isNewTrouble, retryMs } from "./retry.ts";

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

type Pass = (causes: readonly LookCause[], stopSignals: StopSignals) => Promise<PassEnd>;

/** The looks at the machine for a watch. */
export interface Reconciler {
  readonly pass: Pass;
  /** Looks at the machine by the last file followed, for a view. Reports, remembers and changes nothing. */
  readonly glance: () => Promise<void>;
}

/** The time until it looks at its own changes: a missing command fails within 20 ms, ms. */
const settleMs = 500;
/** The time for another run to end before it reports the wait and looks again, ms. */
const lockPatienceMs = 60_000;

/**
 * Looks at fleet and machine and brings them in line, again and again. It decides nothing: the plan has the changes to
 * apply, and the memory has the events to report.
 */
export function createReconciler(surroundings: ReconcileSurroundings): Reconciler {
  const { machine, exec, source, attachDiffs, onSeen, onSlow } = surroundings;
  let memory = emptyMemory;
  let last: { readonly config: FleetConfig; readonly sinceMs: number } | undefined;
  // True from the reading of a new text until a look at it is finished.
  let isNewText = false;
  // True if people know the watch waits for the end of a save.
  let isWaitTold = false;
  // True while runs cannot be recorded.
  let isRecordLost = false;
  return { pass, glance };

  async function glance(): Promise<void> {
    const seen = last && (await observeAndPlan(last.config, last.sinceMs, false));
    if (seen?.ok === true) onSeen(seen.value);
  }

  async function pass(causes: readonly LookCause[], stopSignals: StopSignals): Promise<PassEnd> {
    const reading = await read();
    if (reading.config === undefined) return unfinished(reading.againInMs);
    if (reading.isOutdated) return wait(reading, causes);
    // An edit is to be applied anyway: a look before it would only take time.
    if (reading.isNew && !causes.includes("start")) return bringInLine(reading.config, causes, stopSignals);
    const found = await look(reading.config, reading, causes);
    if (!found.ok) return retry(found.diagnostics);
    if (found.value.plan.actions.length > 0) return bringInLine(reading.config, causes, stopSignals);
    return leave(found.value, reading, causes);
  }

  async function read(): Promise<Reading> {
    const reading = await source.read(performance.now());
    isNewText ||= reading.isNew;
    isWaitTold &&= reading.isOutdated;
    return reading;
  }

  /** Waits until the file declares a usable configuration. If somebody asked, they get one answer for each wait. */
  function wait({ againInMs }: Reading, causes: readonly LookCause[]): PassEnd {
    const text = "The fleet file is being saved: it is read once it is complete.";
    if (causes.includes("asked") && !isWaitTold) {
      isWaitTold = true;
      tell({ kind: "note", text });
    }
    return unfinished(againInMs);
  }

  async function look(
    config: FleetConfig,
    { sinceMs }: Reading,
    causes: readonly LookCause[],
  ): Promise<Result<HeldPlan>> {
    last = { config, sinceMs };
    const found = await observeAndPlan(config, sinceMs, causes.includes("asked"));
    if (!found.ok) return found;
    onSeen(found.value);
    const after = afterLook(memory, found.value, performance.now());
    memory = after.memory;
    tell(...(await withFailureOutput(after.events, found.value, exec)));
    return found;
  }

  async function observeAndPlan(
    config: FleetConfig,
    sinceMs: number,
    isAsked: boolean,
  ): Promise<Result<HeldPlan>> {
    const seen = await survey(config, { machine, exec });
    if (!seen.ok) return seen;
    const nowMs = performance.now();
    const clocks = readClocks(memory.clocks, Date.now(), nowMs);
    memory = { ...memory, clocks };
    const moment: Moment = {
      backOff: memory.backOff,
      churn: memory.churn,
      nowMs,
      isAsked,
      textAgeMs: nowMs - sinceMs,
      envFileAgeMs: envFileAges(config, machine.home),
      clockAgeMs: sinceJump(clocks),
    };
    return { ok: true, value: planWithHolds(seen.value, moment) };
  }

  /** Handles a look without anything to do. */
  function leave(found: HeldPlan, reading: Reading, causes: readonly LookCause[]): PassEnd {
    void noteFile(found);
    remember(outOfTrouble(memory));
    const wantsToKnow = isNewText || causes.includes("asked");
    if (wantsToKnow && isInLine(found.whole)) tell({ kind: "in-line", causes });
    return finished(soonest(reading.againInMs, nextIn(memory, found, performance.now())));
  }

  /** Looks and applies as the fleet's only writer: earlier observations may be out of date. */
  async function bringInLine(
    config: FleetConfig,
    causes: readonly LookCause[],
    stopSignals: StopSignals,
  ): Promise<PassEnd> {
    const layout = layoutOf(config.name, config.tmux.socket, machine);
    const lock = await lockFleet(layout, "fleet watch", lockPatienceMs, () => undefined, stopSignals.soon);
    if (!lock.ok) return stopSignals.soon.aborted ? unfinished(retryMs) : retry(lock.diagnostics);
    try {
      if (stopSignals.soon.aborted) return unfinished(retryMs);
      sweepLeftovers(layout, machine.cacheHome);
      const reading = await read();
      if (reading.isOutdated) return wait(reading, causes);
      const found = await look(reading.config ?? config, reading, causes);
      if (!found.ok) return retry(found.diagnostics);
      return await apply(found.value, causes, reading, stopSignals);
    } finally {
      lock.value.release();
    }
  }

  async function apply(
    found: HeldPlan,
    causes: readonly LookCause[],
    reading: Reading,
    stopSignals: StopSignals,
  ): Promise<PassEnd> {
    const { plan, desired } = found;
    if (plan.actions.length === 0) return leave(found, reading, causes);
    const target: Target = { layout: desired.layout, exec };
    const reachable = await checkUnitPath(plan, target, machine);
    if (!reachable.ok) return retry(reachable.diagnostics);
    tell({ kind: "applying", causes, actions: plan.actions.length });
    const began = performance.now();
    const beganMs = Date.now();
    const problems: Diagnostic[] = [];
    const outcome = await runPlan(plan, target, followApply(problems), stopSignals);
    memory = afterRun(memory, found, outcome, performance.now());
    await noteFile(found);
    const wasCut = stopSignals.soon.aborted;
    const shown = await attachDiffs(plan);
    remember(afterApply(memory, shown, outcome, found, wasCut));
    const [done, failed, skipped] = [outcome.done.length, outcome.failed.length, outcome.skipped.length];
    const ms = performance.now() - began;
    if (problems.length === 0 || isNewTrouble(problems, memory.trouble)) {
      tell({ kind: "applied", causes, done, failed, skipped, wasCut, ms });
      await record(found, outcome, { command: "fleet watch", causes, config: found.config, beganMs, ms });
    }
    if (problems.length > 0)
      return finished(
        soonest(retryInMs(problems), nextIn(memory, found, performance.now()), reading.againInMs),
      );
    if (!wasCut) remember(outOfTrouble(memory));
    return finished(settleMs);
  }

  /** Adds a reconcile to the history of the fleet. Reports a failure once, until it succeeds again. */
  async function record(
    { plan, desired }: HeldPlan,
    outcome: ApplyOutcome,
    origin: RunOrigin,
  ): Promise<void> {
    // In a file of its own: an apply loads it, too.
    const { recordRun } = await import("../../apply/record/record-run.ts");
    const recorded = await recordRun(desired.layout, { plan, outcome, exitCode: null }, origin);
    if (!recorded.ok && !isRecordLost) {
      for (const { summary, detail } of recorded.diagnostics)
        tell({ kind: "note", text: `History: ${summary}${detail === undefined ? "" : ` (${detail})`}` });
    }
    isRecordLost = !recorded.ok;
  }

  async function noteFile({ whole, desired, config }: HeldPlan): Promise<void> {
    if (whole.refusals.length === 0) await recordAppliedFile(desired.layout, fileOf(config));
  }

  /** Gathers problems, and notices when all work under way takes long. */
  function followApply(problems: Diagnostic[]): (event: ApplyEvent) => void {
    return (event) => {
      if (event.kind === "failed") problems.push(...event.diagnostics);
      if (event.kind === "outlasting")
        tell({ kind: "slow", units: event.actions.map(({ target }) => target) });
      if (event.kind === "only-waiting") onSlow();
    };
  }

  function finished(nextInMs: number | undefined): PassEnd {
    isNewText = false;
    return { nextInMs, isFinished: true };
  }

  /** Ends a look early, because of a problem. */
  function retry(diagnostics: readonly Diagnostic[]): PassEnd {
    return unfinished(retryInMs(diagnostics));
  }

  /** Returns how soon to try again, ms. */
  function retryInMs(diagnostics: readonly Diagnostic[]): number {
    const after = inTrouble(memory, diagnostics);
    remember(after);
    return after.againInMs;
  }

  function remember(after: Remembered): void {
    memory = after.memory;
    tell(...after.events);
  }

  function tell(...events: readonly WatchEvent[]): void {
    for (const event of events) surroundings.tell(event);
  }
}

function unfinished(nextInMs: number | undefined): PassEnd {
  return { nextInMs, isFinished: false };
}
