import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchActions } from "../../../src/apply/batches.ts";
import type { Desired } from "../../../src/desired/types.ts";
import { changedPreconditions, type ChangedPrecondition } from "../../../src/plan/saved/preconditions.ts";
import { planFleet } from "../../../src/plan/fleet/plan-fleet.ts";
import type { Action } from "../../../src/plan/types.ts";
import { anyCase, bold, movingCase, type Case } from "../../support/plan/arbitraries.ts";
import { factsOn } from "../../support/plan/facts.ts";
import { announce, perform } from "../../support/plan/model.ts";
import { change, observedOf } from "../../support/plan/world.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 60) };

describe("A changed precondition", () => {
  it.each([
    ["on any machine", anyCase],
    ["where agents are just starting or stopping", movingCase],
  ])("is never an effect of the run itself, %s", (_, cases) => {
    fc.assert(
      fc.property(cases, (each) => {
        expect(surprises(each)).toEqual([]);
      }),
      { numRuns: runs.numRuns * 4 },
    );
  });

  it.each([
    ["on any machine", anyCase],
    ["where agents are just starting or stopping", movingCase],
  ])("does not exist without any change, %s", (_, cases) => {
    fc.assert(
      fc.property(cases, ({ world: first, desired }) => {
        const { actions } = planFleet(desired, observedOf(first), bold);
        const later = change(first, (copy) => (copy.now += 5000));
        for (const each of actions)
          expect(changedPreconditions(each, factsOn(first, each), factsOn(later, each))).toEqual([]);
      }),
      runs,
    );
  });
});

/** Returns the changes found by a run of the plan, batch by batch, on a machine without other changes. */
function surprises({ world: first, desired }: Case): readonly ChangedPrecondition[] {
  const { actions } = planFleet(desired, observedOf(first), bold);
  const then = new Map(actions.map((each) => [each.id, factsOn(first, each)]));
  const said: ChangedPrecondition[] = [];
  const done: Action[] = [];
  let now = announce(first, actions);
  for (const batch of batchActions(actions)) {
    for (const each of batch.actions.filter((one) => !isPulledIn(one, done, desired)))
      said.push(...changedPreconditions(each, then.get(each.id) ?? {}, factsOn(now, each), done));
    now = perform(now, batch.actions);
    done.push(...batch.actions);
  }
  return said;
}

/**
 * Returns true for an action on an agent that systemd has started along with another: it waited for its restart, and
 * is stale.
 */
function isPulledIn({ agent }: Action, done: readonly Action[], { agents }: Desired): boolean {
  const started = new Set(done.filter(({ kind }) => kind === "start").map((each) => each.agent));
  return agents.some(({ name, wants }) => started.has(name) && agent !== undefined && wants.includes(agent));
}
