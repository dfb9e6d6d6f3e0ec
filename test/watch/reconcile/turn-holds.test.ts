import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { turnHolds } from "../../../src/watch/reconcile/turn-holds.ts";
import { planFleet } from "../../../src/plan/fleet/plan-fleet.ts";
import { turnsOf } from "../../../src/plan/actions.ts";
import { anyCase, bold } from "../../support/plan/arbitraries.ts";
import { observedOf } from "../../support/plan/world.ts";

describe("A watch with agents that restart in turns", () => {
  it("restarts no more of a group than may be down, with those that have not proven yet that they run", () => {
    let waves = 0;
    fc.assert(
      fc.property(anyCase, fc.integer({ min: 1, max: 3 }), fc.nat({ max: 3 }), (each, parallel, proving) => {
        const turns = [{ group: "fleet", parallel, intervalMs: 1_000 }];
        const desired = {
          ...each.desired,
          agents: each.desired.agents.map((agent) => ({ ...agent, startTurns: turns })),
        };
        const { actions } = planFleet(desired, observedOf(each.world), bold);
        const restarts = actions.filter((action) => action.kind === "restart" && turnsOf(action).length > 0);
        const others = desired.agents.filter(({ name }) => restarts.every(({ agent }) => agent !== name));
        const rolled = new Map(others.slice(0, proving).map(({ name }) => [name, ""]));
        const holds = turnHolds(actions, {
          desired,
          waiting: new Map(),
          rolled,
          running: new Map(),
          nowMs: 0,
        });
        const going = restarts.filter(({ agent = "" }) => !holds.has(agent));
        expect(going.length).toBe(Math.min(restarts.length, Math.max(0, parallel - rolled.size)));
        if (holds.size > 0) waves += 1;
      }),
    );
    expect(waves).toBeGreaterThan(0);
  });
});
