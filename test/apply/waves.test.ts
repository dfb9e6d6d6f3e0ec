import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/apply/batches.ts";
import { beginRun, endBatch, leaveOut, nextStep, outcomeOf } from "../../src/apply/run-state.ts";
import { isInTurns } from "../../src/apply/turns/waves.ts";
import type { Turn } from "../../src/desired/pace.ts";
import { restartAction, startAction, turnsOf } from "../../src/plan/actions.ts";
import type { Action } from "../../src/plan/types.ts";

const cause = { reason: "config-changed", timeoutMs: 1, cost: "agent" } as const;
const turn = (group: string, parallel: number): Turn => ({ group, parallel, intervalMs: 1_000 });

/** Agents in two groups, in one of them, or in none. Some start, the others restart. */
const actions = fc
  .tuple(
    fc.nat({ max: 2 }),
    fc.nat({ max: 2 }),
    fc.array(fc.record({ groups: fc.subarray(["a", "b"]), isStart: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    }),
  )
  .map(([a, b, agents]) => {
    const parallel: Readonly<Record<string, number>> = { a: a + 1, b: b + 1 };
    return agents.map(({ groups, isStart }, index): Action => {
      const name = `agent-${index}`;
      const turns = groups.map((group) => turn(group, parallel[group] ?? 1));
      const time = turns.length === 0 ? {} : { startTurns: turns };
      return isStart
        ? startAction(`${name}.service`, { agent: name, reason: "new" }, time)
        : restartAction(`${name}.service`, { agent: name, ...cause }, time);
    });
  });

/** The end of each batch: how many others end first, and whether its agents keep running as before. */
const fortunes = fc.array(fc.record({ place: fc.nat({ max: 5 }), stays: fc.boolean() }), { minLength: 1 });

describe("The restarts of agents that take turns", () => {
  it("never have more agents of a group down at once than may start, and all of them come", () => {
    fc.assert(
      fc.property(actions, fortunes, fc.option(fc.nat({ max: 8 })), (plan, ends, interruptedAfter) => {
        let state = beginRun(plan, false);
        const underWay: Batch[] = [];
        const begun: Action[] = [];
        for (let round = 0; ; round++) {
          expect(round).toBeLessThan(1_000);
          const isInterrupted = interruptedAfter !== null && round >= interruptedAfter;
          const step = nextStep(state, () => false, isInterrupted);
          state = step.state;
          if (step.kind === "over") break;
          if (step.kind === "begin") {
            underWay.push(step.batch);
            begun.push(...step.batch.actions);
            const waves = underWay.flatMap(({ actions: some }): readonly Action[] => some).filter(isInTurns);
            for (const { group, parallel } of plan.flatMap(turnsOf)) {
              const down = waves.filter((action) => turnsOf(action).some((each) => each.group === group));
              expect(down.length).toBeLessThanOrEqual(parallel);
            }
            const isMixed = step.batch.actions.some(isInTurns) && !step.batch.actions.every(isInTurns);
            expect(isMixed).toBe(false);
            continue;
          }
          const fortune = ends[round % ends.length] ?? { place: 0, stays: false };
          const [batch] = underWay.splice(fortune.place % underWay.length, 1);
          if (batch === undefined) throw new Error("it waits for nothing");
          state =
            fortune.stays && batch.actions.every(isInTurns)
              ? leaveOut(state, new Map(batch.actions.map((action) => [action, { why: "changed" }])))
              : endBatch(state, batch, { done: batch.actions, failed: [], unknown: [] });
        }
        const { done, failed, skipped, stayed = new Map() } = outcomeOf(state);
        expect(new Set([...done, ...failed, ...skipped])).toEqual(new Set(plan));
        expect(done.length + failed.length + skipped.length).toBe(plan.length);
        expect(new Set(begun).size).toBe(begun.length);
        if (interruptedAfter === null) expect(skipped.length).toBe(stayed.size);
      }),
    );
  });
});
