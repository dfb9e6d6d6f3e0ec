import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guards, heldBy, refusal } from "../../src/plan/allowances.ts";
import { planWithHolds } from "../../src/watch/reconcile/plan-with-holds.ts";
import { anyCase } from "../support/plan/arbitraries.ts";
import { observedOf } from "../support/plan/world.ts";

describe("A watch with a plan that a guard refuses", () => {
  it("omits these actions, and executes all others", () => {
    expect(Object.fromEntries(Object.entries(guards).map(([guard, { holds }]) => [guard, holds]))).toEqual({
      "empty-fleet": ["add", "remove", "stop"],
      "other-fleet": ["add", "remove", "stop"],
      "mass-removal": ["add", "remove", "stop"],
      "mass-stop": ["add", "remove", "stop"],
      "own-session": ["remove", "stop"],
    });
  });

  it("omits the held actions of several guards", () => {
    const own = refusal({ guard: "own-session", agent: "canary" });
    const empty = refusal({ guard: "empty-fleet", removed: 3 });
    expect([...heldBy([own])]).toEqual(["remove", "stop"]);
    expect(new Set(heldBy([own, empty]))).toEqual(new Set(["add", "remove", "stop"]));
    expect(heldBy([]).size).toBe(0);
  });

  it("has no refusal left in its own part, for any fleet on any machine", () => {
    let refused = 0;
    fc.assert(
      fc.property(anyCase, ({ desired, world, config }) => {
        const survey = { config, desired, observed: observedOf(world) };
        const { whole, plan } = planWithHolds(survey, { backOff: new Map(), nowMs: 0, isAsked: false });
        if (whole.refusals.length > 0) refused += 1;
        expect(plan.refusals).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});
