import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/apply/batches.ts";
import { dependencies, type DependsOn } from "../../src/apply/dependencies.ts";
import {
  beginRun,
  endBatch,
  mayOutlast,
  nextStep,
  outcomeOf,
  refuseBatch,
} from "../../src/apply/run-state.ts";
import type { ApplyOutcome } from "../../src/events/apply-events.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import type { Action } from "../../src/plan/types.ts";
import { digest } from "../../src/text/digests/digest.ts";
import { anyCase, bold } from "../support/plan/arbitraries.ts";
import { observedOf } from "../support/plan/world.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 100) };

/** The end of each batch: it takes so many waits, and some of its actions fail. */
interface Fortune {
  readonly waits: number;
  readonly fails: (action: Action) => boolean;
  readonly isRefused: boolean;
}

interface Run {
  readonly outcome: ApplyOutcome;
  /** The started batches in order, each with everything that had succeeded by then. */
  readonly begun: readonly { readonly actions: readonly Action[]; readonly done: readonly Action[] }[];
  /** A reload may fail first and be done later. */
  readonly everFailed: ReadonlySet<Action>;
}

/** Runs actions by the pure steps alone. Only the fortunes decide the result of a batch. */
function runBy(
  actions: readonly Action[],
  dependsOn: DependsOn,
  fortunes: readonly Fortune[],
  interruptedAfter?: number,
): Run {
  let state = beginRun(actions, false);
  const begun: { actions: readonly Action[]; done: readonly Action[] }[] = [];
  const underWay: { batch: Batch; left: number; fortune: Fortune }[] = [];
  const everFailed = new Set<Action>();
  const end = (batch: Batch, { fails }: Fortune): void => {
    for (const action of batch.actions.filter(fails)) everFailed.add(action);
    const part = (failed: boolean): readonly Action[] =>
      batch.actions.filter((each) => fails(each) === failed);
    state = endBatch(state, batch, { done: part(false), failed: part(true), unknown: [] });
  };
  for (let turns = 0; turns < 10_000; turns++) {
    const isInterrupted = interruptedAfter !== undefined && begun.length >= interruptedAfter;
    const step = nextStep(state, dependsOn, isInterrupted);
    state = step.state;
    if (step.kind === "over") return { outcome: outcomeOf(state), begun, everFailed };
    if (step.kind === "begin") {
      begun.push({ actions: step.batch.actions, done: [...state.done] });
      const fortune = fortunes[(begun.length - 1) % fortunes.length];
      if (fortune === undefined) throw new Error("there is no fortune");
      if (fortune.isRefused) state = refuseBatch(state, step.batch);
      else if (fortune.waits === 0 || !mayOutlast(step.batch)) end(step.batch, fortune);
      else underWay.push({ batch: step.batch, left: fortune.waits, fortune });
      continue;
    }
    for (const each of underWay) each.left -= 1;
    const [first] = underWay.toSorted((a, b) => a.left - b.left);
    if (first === undefined) throw new Error("it waits for nothing");
    underWay.splice(underWay.indexOf(first), 1);
    end(first.batch, first.fortune);
  }
  throw new Error("it does not end");
}

const plans = anyCase.map(({ desired, world }) => planFleet(desired, observedOf(world), bold));

const fortune = (canFail: boolean, isRefused: fc.Arbitrary<boolean> = fc.constant(false)) =>
  fc.record({
    waits: fc.nat({ max: 3 }),
    isRefused,
    fails: canFail
      ? fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 6 }).map((at) => failingAt(new Set(at)))
      : fc.constant(() => false),
  });

/** Fails actions by a number derived from their id, so the same action always has the same fate. */
function failingAt(places: ReadonlySet<number>): (action: Action) => boolean {
  return ({ id }) => places.has(Number.parseInt(digest(id, 8), 16) % 41);
}

function fortunesOf(canFail: boolean, isRefused?: fc.Arbitrary<boolean>): fc.Arbitrary<readonly Fortune[]> {
  return fc.array(fortune(canFail, isRefused), { minLength: 1, maxLength: 8 });
}

/** Returns everything depending on one of these actions, directly or through others. */
function dependentsOf(some: readonly Action[], all: readonly Action[], dependsOn: DependsOn): Set<Action> {
  const found = new Set(some);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const action of all) {
      if ([...found].some((each) => each !== action && dependsOn(action, each))) found.add(action);
    }
  }
  return found;
}

describe("The run of any plan", () => {
  it("executes all of it if nothing fails, however long each batch takes", () => {
    fc.assert(
      fc.property(plans, fortunesOf(false), (plan, fortunes) => {
        const { outcome } = runBy(plan.actions, dependencies(plan, false), fortunes);
        expect(new Set(outcome.done)).toEqual(new Set(plan.actions));
        expect([...outcome.failed, ...outcome.skipped]).toEqual([]);
      }),
      runs,
    );
  });

  it("gives each action one end, even after failures, refusals and interruptions", () => {
    const interruption = fc.option(fc.nat({ max: 5 }), { nil: undefined });
    const isRefused = fc.integer({ min: 0, max: 5 }).map((number) => number === 0);
    fc.assert(
      fc.property(plans, fortunesOf(true, isRefused), interruption, (plan, fortunes, after) => {
        const { outcome } = runBy(plan.actions, dependencies(plan, false), fortunes, after);
        const ends = [...outcome.done, ...outcome.failed, ...outcome.skipped];
        expect(ends.map(({ id }) => id).sort()).toEqual(plan.actions.map(({ id }) => id).sort());
      }),
      runs,
    );
  });

  it("begins no action before its dependencies are done, except in one batch with them", () => {
    fc.assert(
      fc.property(plans, fortunesOf(true), (plan, fortunes) => {
        const dependsOn = dependencies(plan, false);
        const { begun } = runBy(plan.actions, dependsOn, fortunes);
        for (const { actions, done } of begun) {
          for (const action of actions) {
            const earlier = plan.actions.slice(0, plan.actions.indexOf(action));
            const missing = earlier.filter(
              (each) => dependsOn(action, each) && !done.includes(each) && !actions.includes(each),
            );
            expect(missing.filter(({ kind }) => kind !== "daemon-reload")).toEqual([]);
          }
        }
      }),
      runs,
    );
  });

  it("skips the actions that depend on a failed one, and nothing else", () => {
    fc.assert(
      fc.property(plans, fortunesOf(true), (plan, fortunes) => {
        const dependsOn = dependencies(plan, false);
        const { outcome, everFailed } = runBy(plan.actions, dependsOn, fortunes);
        const reachable = dependentsOf([...everFailed], plan.actions, dependsOn);
        expect(outcome.skipped.filter((action) => !reachable.has(action))).toEqual([]);
      }),
      runs,
    );
  });

  it("begins nothing after an interruption", () => {
    fc.assert(
      fc.property(plans, fortunesOf(true), fc.nat({ max: 4 }), (plan, fortunes, after) => {
        const { begun } = runBy(plan.actions, dependencies(plan, false), fortunes, after);
        expect(begun.length).toBeLessThanOrEqual(after);
      }),
      runs,
    );
  });
});
