import { checkUnitPath } from "../apply/check-unit-path.ts";
import { lockFleet } from "../apply/lock.ts";
import type { Target } from "../apply/perform-call.ts";
import { runPlan, type ApplyEvent, type ApplyOutcome } from "../apply/run-plan.ts";
import { sweepLeftovers } from "../apply/sweep.ts";
import type { FleetConfig } from "../config/types.ts";
import { layoutOf } from "../desired/layout.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { survey } from "../observe/survey.ts";
import { isSettled } from "../plan/summary.ts";
import type { Plan } from "../plan/types.ts";
import type { Exec } from "../system/exec.ts";
import type { Interruption } from "../system/interruption.ts";
import type { Machine } from "../system/machine.ts";
import { withAttempts, type BackOff } from "./back-off.ts";
import { changedEvents } from "./changed-events.ts";
import { consider, type Considered } from "./consider.ts";
import type { FleetSource, Reading } from "./fleet-source.ts";
import type { Cause } from "./loop.ts";
import { withLastWords } from "./last-words.ts";
import { narrate, nothingTold, recoveredMs } from "./narrate.ts";
import { dueIn } from "./next-look.ts";
import type { Tell } from "./types.ts";

/** What a look works with. */
export interface PassSurroundings {
  readonly machine: Machine;
  readonly exec: Exec;
  readonly source: FleetSource;
  readonly tell: Tell;
  /** Adds to a plan the diffs of files that were edited by hand, and are overwritten. */
  readonly withDiffs: (plan: Plan) => Promise<Plan>;
  /** Called after each look at the machine. */
  readonly onSeen: (considered: Considered) => void;
  /** Called when all that is left is to wait for units that take long. */
  readonly onSlow: () => void;
}

/** One look, and what it led to; how soon the next is due at the latest, ms, undefined where the resync will do. */
export type Pass = (causes: readonly Cause[], interruption: Interruption) => Promise<number | undefined>;

/** When it looks at what it has changed: a missing command falls over within 20 ms, ms. */
const settleMs = 500;
/** When it looks again at a machine that could not be read, or that somebody else is changing, ms. */
const retryMs = 5_000;
/** How long it waits for another run to end before it says so and looks anew, ms. */
const lockPatienceMs = 60_000;

/** Looks at fleet and machine and brings them in line, again and again, remembering only what it has told and tried. */
export function createPass(surroundings: PassSurroundings): Pass {
  const { machine, exec, source, tell, withDiffs, onSeen, onSlow } = surroundings;
  let backOff: BackOff = new Map();
  let told = nothingTold;
  let trouble: string | undefined;

  /** Tells what is wrong once, and that it is over. */
  function troubled(diagnostics: readonly Diagnostic[]): void {
    // How long somebody has held a lock is another number each time.
    const key = diagnostics
      .map(({ code, summary }) => `${code} ${summary.replaceAll(/\d+/g, "")}`)
      .join("\n");
    if (key !== trouble) tell({ kind: "problem", diagnostics });
    trouble = key;
  }

  function untroubled(): void {
    if (trouble !== undefined) tell({ kind: "problem-over" });
    trouble = undefined;
  }

  async function look(config: FleetConfig, causes: readonly Cause[]): Promise<Result<Considered>> {
    const seen = await survey(config, { machine, exec });
    if (!seen.ok) return seen;
    const moment = { backOff, nowMs: performance.now(), isAsked: causes.includes("asked") };
    const considered = consider(seen.value, moment);
    backOff = considered.backOff;
    onSeen(considered);
    const narration = narrate(told, considered, moment.nowMs);
    told = narration.told;
    for (const event of await withLastWords(narration.events, considered, exec)) tell(event);
    return { ok: true, value: considered };
  }

  return async (causes, interruption) => {
    const reading = await source.read(performance.now());
    if (reading.config === undefined) return reading.againInMs;
    // An edit is there to be applied: to look before that would only take time.
    if (reading.isNew && !causes.includes("start"))
      return bringInLine(reading, reading.config, causes, interruption);
    const found = await look(reading.config, causes);
    if (!found.ok) {
      troubled(found.diagnostics);
      return retryMs;
    }
    if (found.value.plan.actions.length > 0)
      return bringInLine(reading, reading.config, causes, interruption);
    return leave(found.value, reading, causes);
  };

  /** There is nothing to do. */
  function leave(considered: Considered, reading: Reading, causes: readonly Cause[]): number | undefined {
    untroubled();
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
      if (!interruption.soon.aborted) troubled(lock.diagnostics);
      return retryMs;
    }
    try {
      if (interruption.soon.aborted) return retryMs;
      sweepLeftovers(layout, machine.cacheHome);
      const again = await source.read(performance.now());
      const reading = { ...again, isNew: first.isNew || again.isNew };
      const found = await look(reading.config ?? config, causes);
      if (!found.ok) {
        troubled(found.diagnostics);
        return retryMs;
      }
      return await carryOut(found.value, causes, reading, interruption);
    } finally {
      await lock.value.release();
    }
  }

  async function carryOut(
    considered: Considered,
    causes: readonly Cause[],
    reading: Reading,
    interruption: Interruption,
  ): Promise<number | undefined> {
    const { plan, desired } = considered;
    if (plan.actions.length === 0) return leave(considered, reading, causes);
    const target: Target = { layout: desired.layout, exec };
    const reachable = await checkUnitPath(plan, target, machine);
    if (!reachable.ok) {
      troubled(reachable.diagnostics);
      return retryMs;
    }
    tell({ kind: "applying", causes, actions: plan.actions.length });
    const began = performance.now();
    const problems: Diagnostic[] = [];
    const outcome = await runPlan(plan, target, listen(problems), interruption);
    noteAttempts(considered, outcome);
    for (const event of changedEvents(await withDiffs(plan), outcome, considered)) tell(event);
    const [done, failed, skipped] = [outcome.done.length, outcome.failed.length, outcome.skipped.length];
    const wasCut = interruption.soon.aborted;
    tell({ kind: "applied", causes, done, failed, skipped, wasCut, ms: performance.now() - began });
    if (problems.length > 0) {
      troubled(problems);
      return retryMs;
    }
    untroubled();
    return settleMs;
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

  /** Each start counts, also one whose end was not waited for. */
  function noteAttempts({ plan, keys }: Considered, { skipped }: ApplyOutcome): void {
    const tried = plan.actions.flatMap((action) => {
      const { kind, agent = "" } = action;
      const key = keys.get(agent);
      const isStart = (kind === "start" || kind === "restart") && !skipped.includes(action);
      return isStart && key !== undefined ? [{ agent, key }] : [];
    });
    backOff = withAttempts(backOff, tried, performance.now());
  }

  function nextIn(considered: Considered): number | undefined {
    return soonest(dueIn(considered, performance.now()), told.failing.size > 0 ? recoveredMs : undefined);
  }
}

function soonest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
