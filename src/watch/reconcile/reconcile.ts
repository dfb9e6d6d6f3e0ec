import { recordAppliedFile } from "../../apply/applied-file.ts";
import { fileOf } from "../../config/file/load.ts";
import { checkUnitPath } from "../../observe/check-unit-path.ts";
import { lockFleet } from "../../apply/lock.ts";
import type { Target } from "../../apply/perform-call.ts";
import type { ApplyEvent, ApplyOutcome } from "../../events/apply-events.ts";
import { runPlan } from "../../apply/run-plan.ts";
import { sweepLeftovers } from "../../apply/sweep.ts";
import type { FleetConfig } from "../../config/types.ts";
import { layoutOf } from "../../desired/layout.ts";
import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import { survey } from "../../observe/survey.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { isSettled } from "../../plan/summary.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import type { Plan } from "../../plan/types.ts";
import type { Exec } from "../../system/exec.ts";
import type { Interruption } from "../../system/signals.ts";
import type { Machine } from "../../machine/machine.ts";
import { withAttempts, type BackOff } from "../loop/back-off.ts";
import { changedEvents, startEvents } from "./changed-events.ts";
import { clockJumps } from "../loop/clock-jumps.ts";
import { churnKey, planWithHolds, type HeldPlan, type Moment } from "./plan-with-holds.ts";
import { envFileAges } from "../source/env-file-ages.ts";
import type { FleetSource, Reading } from "../source/fleet-source.ts";
import type { Cause } from "../../events/watch-events.ts";
import { withFailureOutput } from "./failure-output.ts";
import { newEvents, nothingTold, recoveredMs } from "./new-events.ts";
import { dueIn } from "./next-reconcile.ts";
import { createTrouble, retryMs } from "./retry.ts";
import type { Tell } from "../../events/watch-events.ts";
import { createUnfinished } from "./unfinished.ts";

/** What a look works with. */
export interface ReconcileSurroundings {
  readonly machine: Machine;
  readonly exec: Exec;
  readonly source: FleetSource;
  readonly tell: Tell;
  /** Adds to a plan the diffs of files that were edited by hand, and are overwritten. */
  readonly attachDiffs: (plan: Plan) => Promise<Plan>;
  /** Called after each look at the machine. */
  readonly onSeen: (considered: HeldPlan) => void;
  /** Called when all that is left is to wait for units that take long. */
  readonly onSlow: () => void;
}

/** One look, and what it led to; how soon the next is due at the latest, ms, undefined where the resync will do. */
type Pass = (causes: readonly Cause[], interruption: Interruption) => Promise<number | undefined>;

/** Looks at the machine for a watch. */
export interface Reconciler {
  readonly pass: Pass;
  /** Looks at the machine by the last file that was followed, for a view: tells, remembers and changes nothing. */
  readonly glance: () => Promise<void>;
}

/** When it looks at what it has changed: a missing command falls over within 20 ms, ms. */
const settleMs = 500;
/** How long it waits for another run to end before it says so and looks anew, ms. */
const lockPatienceMs = 60_000;

/** Looks at fleet and machine and brings them in line, again and again, remembering only what it has told and tried. */
export function createReconciler(surroundings: ReconcileSurroundings): Reconciler {
  const { machine, exec, source, tell, attachDiffs, onSeen, onSlow } = surroundings;
  let backOff: BackOff = new Map();
  let churn: BackOff = new Map();
  let told = nothingTold;
  let last: { readonly config: FleetConfig; readonly reading: Pick<Reading, "sinceMs"> } | undefined;
  const trouble = createTrouble(tell);
  const unfinished = createUnfinished(tell);
  const clockAge = clockJumps();

  async function consult(
    config: FleetConfig,
    { sinceMs }: Pick<Reading, "sinceMs">,
    isAsked: boolean,
  ): Promise<Result<HeldPlan>> {
    const seen = await survey(config, { machine, exec });
    if (!seen.ok) return seen;
    const nowMs = performance.now();
    const moment: Moment = {
      backOff,
      churn,
      nowMs,
      isAsked,
      textAgeMs: nowMs - sinceMs,
      envFileAgeMs: envFileAges(config, machine.home),
      clockAgeMs: clockAge(Date.now(), nowMs),
    };
    return { ok: true, value: planWithHolds(seen.value, moment) };
  }

  async function glance(): Promise<void> {
    const consulted = last && (await consult(last.config, last.reading, false));
    if (consulted?.ok === true) onSeen(consulted.value);
  }

  async function look(
    config: FleetConfig,
    reading: Reading,
    causes: readonly Cause[],
  ): Promise<Result<HeldPlan>> {
    last = { config, reading };
    const consulted = await consult(config, reading, causes.includes("asked"));
    if (!consulted.ok) return consulted;
    const considered = consulted.value;
    ({ backOff, churn } = considered);
    onSeen(considered);
    unfinished.see(considered.whole);
    const narration = newEvents(told, considered, performance.now());
    told = narration.told;
    for (const event of await withFailureOutput(narration.events, considered, exec)) tell(event);
    return { ok: true, value: considered };
  }

  async function pass(causes: readonly Cause[], interruption: Interruption): Promise<number | undefined> {
    const reading = await source.read(performance.now());
    if (reading.config === undefined) return reading.againInMs;
    if (reading.isOutdated) return wait(reading, causes);
    // An edit is there to be applied: to look before that would only take time.
    if (reading.isNew && !causes.includes("start"))
      return bringInLine(reading, reading.config, causes, interruption);
    const found = await look(reading.config, reading, causes);
    if (!found.ok) return trouble.tell(found.diagnostics);
    if (found.value.plan.actions.length > 0)
      return bringInLine(reading, reading.config, causes, interruption);
    return leave(found.value, reading, causes);
  }

  /** Until the file says what is wanted. Whoever has asked gets an answer. */
  function wait({ againInMs }: Reading, causes: readonly Cause[]): number | undefined {
    if (causes.includes("asked"))
      tell({ kind: "note", text: "The fleet file is being saved: it is followed when it is whole." });
    return againInMs;
  }

  /** There is nothing to do. */
  function leave(considered: HeldPlan, reading: Reading, causes: readonly Cause[]): number | undefined {
    void noteFile(considered);
    trouble.over();
    const wantsToKnow = reading.isNew || causes.includes("asked");
    if (wantsToKnow && isSettled(considered.whole)) tell({ kind: "in-line", causes });
    return soonest(reading.againInMs, nextIn(considered));
  }

  /** As the fleet's only writer: what was seen before it became that may not hold any more. */
  async function bringInLine(
    first: Reading,
    config: FleetConfig,
    causes: readonly Cause[],
    interruption: Interruption,
  ): Promise<number | undefined> {
    const layout = layoutOf(config.name, config.tmux.socket, machine);
    const lock = await lockFleet(layout, "fleet watch", lockPatienceMs, () => undefined, interruption.soon);
    if (!lock.ok) {
      return interruption.soon.aborted ? retryMs : trouble.tell(lock.diagnostics);
    }
    try {
      if (interruption.soon.aborted) return retryMs;
      sweepLeftovers(layout, machine.cacheHome);
      const again = await source.read(performance.now());
      if (again.isOutdated) return wait(again, causes);
      const reading = { ...again, isNew: first.isNew || again.isNew };
      const found = await look(reading.config ?? config, reading, causes);
      if (!found.ok) return trouble.tell(found.diagnostics);
      return await carryOut(found.value, causes, reading, interruption);
    } finally {
      lock.value.release();
    }
  }

  async function carryOut(
    considered: HeldPlan,
    causes: readonly Cause[],
    reading: Reading,
    interruption: Interruption,
  ): Promise<number | undefined> {
    const { plan, desired } = considered;
    if (plan.actions.length === 0) return leave(considered, reading, causes);
    const target: Target = { layout: desired.layout, exec };
    const reachable = await checkUnitPath(plan, target, machine);
    if (!reachable.ok) return trouble.tell(reachable.diagnostics);
    tell({ kind: "applying", causes, actions: plan.actions.length });
    const began = performance.now();
    const problems: Diagnostic[] = [];
    const outcome = await runPlan(plan, target, listen(problems), interruption);
    noteAttempts(considered, outcome);
    await noteFile(considered);
    const wasCut = interruption.soon.aborted;
    const shown = await attachDiffs(plan);
    for (const event of changedEvents(shown, outcome, considered)) unfinished.tell(event);
    if (wasCut) unfinished.remember(startEvents(shown, considered), outcome);
    const isNews = problems.length === 0 || trouble.isNew(problems);
    const [done, failed, skipped] = [outcome.done.length, outcome.failed.length, outcome.skipped.length];
    const ms = performance.now() - began;
    if (isNews) tell({ kind: "applied", causes, done, failed, skipped, wasCut, ms });
    if (problems.length > 0) {
      return soonest(trouble.tell(problems), nextIn(considered), reading.againInMs);
    }
    if (!wasCut) trouble.over();
    return settleMs;
  }

  async function noteFile({ whole, desired, config }: HeldPlan): Promise<void> {
    if (whole.refusals.length === 0) await recordAppliedFile(desired.layout, fileOf(config));
  }

  /** Gathers what goes wrong, and sees when all that is under way takes long. */
  function listen(problems: Diagnostic[]): (event: ApplyEvent) => void {
    return (event) => {
      if (event.kind === "failed") problems.push(...event.diagnostics);
      if (event.kind === "outlasting")
        tell({ kind: "slow", units: event.actions.map(({ target }) => target) });
      if (event.kind === "only-waiting") onSlow();
    };
  }

  /** Each start counts, also one whose end was not waited for; but not another one for what is on its way already. */
  function noteAttempts({ plan, keys, desired, observed }: HeldPlan, { skipped }: ApplyOutcome): void {
    const view = agentViews(observed, desired.layout);
    const tried = plan.actions.flatMap((action) => {
      const { kind, agent = "" } = action;
      const key = keys.get(agent);
      const isStart = (kind === "start" || kind === "restart") && !skipped.includes(action);
      const isOnItsWay = isStart && unitPhase(view(agent).unit) === "stopping";
      return isStart && !isOnItsWay && key !== undefined ? [{ agent, key }] : [];
    });
    const now = performance.now();
    backOff = withAttempts(backOff, tried, now);
    const forEnvFiles = plan.agents
      .filter(({ action, reason }) => action === "restart" && reason === "env-files-changed")
      .map(({ name }) => ({ agent: name, key: churnKey }));
    churn = withAttempts(churn, forEnvFiles, now);
  }

  function nextIn(considered: HeldPlan): number | undefined {
    const view = agentViews(considered.observed, considered.desired.layout);
    // Of those that run again, it is told when they have done so for a while.
    const isRecovering = [...told.failing.keys()].some((name) => unitPhase(view(name).unit) === "running");
    return soonest(dueIn(considered, performance.now()), isRecovering ? recoveredMs : undefined);
  }

  return { pass, glance };
}

function soonest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
