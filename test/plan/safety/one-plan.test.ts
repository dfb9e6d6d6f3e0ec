import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awaitedAction } from "../../../src/plan/agent-plan.ts";
import { planFleet } from "../../../src/plan/fleet/plan-fleet.ts";
import type { Plan } from "../../../src/plan/types.ts";
import { holdOf } from "../../support/plan/agent-words.ts";
import { anyCase, bold, planOf, shy } from "../../support/plan/arbitraries.ts";
import { announce, apply, perform } from "../../support/plan/model.ts";
import { observedOf, panesOf, type World } from "../../support/plan/world.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 100) };

describe("For any declaration and any history,", () => {
  it("the manager is reloaded once if a unit's text or link changes, and not otherwise", () => {
    fc.assert(
      fc.property(anyCase, ({ desired, world }) => {
        const { actions, summary } = planFleet(desired, observedOf(world), shy);
        const reloads = actions.filter(({ kind }) => kind === "daemon-reload").length;
        const changes = actions.some(({ target }) => target.startsWith(`${desired.layout.unitDir}/`));
        const isHeld = actions.length === 0;
        expect(reloads).toBe((changes || world.reloadPending) && !isHeld ? 1 : 0);
        expect(summary.daemonReload).toBe(reloads === 1);
      }),
      runs,
    );
  });

  it("a deferred change is stable: the next plan has nothing to do, and reports the same", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const plan = planOf(each, each.world, { ...shy, allowRemoveAll: true });
        const waiting = ({ agents }: Plan) =>
          agents
            .filter(({ action }) => action === "pending")
            .map((agent) => [agent.name, holdOf(agent), awaitedAction(agent)]);
        // Nobody falls idle in between.
        const after = { ...apply(each.world, plan.actions), now: each.world.now };
        const second = planOf(each, after, { ...shy, allowRemoveAll: true });
        expect(second.actions).toEqual([]);
        expect(waiting(second)).toEqual(waiting(plan));
      }),
      runs,
    );
  });

  it("an agent is never started under its new name next to its old one", () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom(bold, shy), (each, options) => {
        const { actions } = planOf(each, each.world, { ...options, allowRemoveAll: true });
        const together = (world: World): readonly string[] => {
          const live = new Set(panesOf(world).flatMap(({ agent, dead }) => (dead ? [] : (agent ?? []))));
          return each.desired.agents.flatMap(({ name, formerly }) =>
            live.has(name) ? formerly.filter((old) => live.has(old)).map((old) => `${name} and ${old}`) : [],
          );
        };
        const before = new Set(together(each.world));
        for (let count = 1; count <= actions.length; count++) {
          const during = perform(announce(each.world, actions), actions.slice(0, count));
          expect(together(during).filter((pair) => !before.has(pair))).toEqual([]);
        }
      }),
      { numRuns: runs.numRuns / 2 },
    );
  });
});
