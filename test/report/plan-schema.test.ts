import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFleet } from "../../src/config/parse.ts";
import { allowanceNames, allowedBy, guards } from "../../src/plan/allowances.ts";
import { preconditionsOf } from "../../src/plan/saved/preconditions.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import { renderSavedPlan } from "../../src/plan/saved/saved-plan.ts";
import { diagnosticToJson } from "../../src/report/diagnostics.ts";
import { fullDiffs } from "../../src/diffs/plan/full-diffs.ts";
import { planJson } from "../../src/report/plan/plan-json.ts";
import { attachDiffs } from "../../src/diffs/plan/attach-diffs.ts";
import { anyCase, shy } from "../support/plan/arbitraries.ts";
import { observedOf } from "../support/plan/world.ts";
import { aPlan, agentPlan, emptyPlan } from "../support/report/a-plan.ts";
import { misfits } from "../support/report/schema.ts";

const foreignServer = {
  reason: "foreign-tmux-server",
  socket: "mosaic-factory",
  pid: 7,
  unit: undefined,
  holder: "mosaic-tmux-holder.service",
} as const;

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly string[];
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly [key: string]: unknown;
}

const schema = JSON.parse(readFileSync("plan.schema.json", "utf8")) as Schema;

const fits = (value: unknown, strictness?: "open"): readonly unknown[] => misfits("plan", value, strictness);

describe("plan.schema.json", () => {
  it("names every guard, and every allowance", () => {
    const { Refused: refused, Allowances: allowed } = schema.$defs ?? {};
    const named = JSON.stringify(refused).matchAll(/"const":"([a-z-]+)"/g);
    expect([...named].map(([, guard]) => guard)).toEqual(expect.arrayContaining(Object.keys(guards)));
    expect(Object.keys(allowed?.properties ?? {})).toEqual(allowanceNames);
  });

  it("fits plans with every possible part", () => {
    const suspended = { by: undefined, sinceMs: 0, untilMs: undefined };
    const [shared] = aPlan.shared;
    const whole = {
      ...aPlan,
      agents: [...aPlan.agents, agentPlan({ name: "x", action: "pending", hold: "suspended", suspended })],
      shared: shared ? [{ ...shared, diff: ["@@ line 1 @@", "-a"] }] : [],
      hindrance: foreignServer,
    };
    expect(fits(planJson(whole))).toEqual([]);
    expect(fits(planJson(emptyPlan))).toEqual([]);
    expect(fits({ ...(planJson(emptyPlan) as object), files: [{ path: "/x", diff: ["+a"] }] })).toEqual([]);
  });

  it("fits any plan, as printed, with all its files, and as saved", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ desired, world }) => {
        const observed = observedOf(world);
        const plan = await attachDiffs(planFleet(desired, observed, shy));
        for (const each of plan.agents) seen.add(each.action);
        const printed = planJson(plan) as object;
        const files = fullDiffs(plan, observed, desired.layout).map(({ path, diff }) => ({ path, diff }));
        const scene = { observed, layout: desired.layout, invocations: new Map<string, string>(), key: "k" };
        const facts = plan.actions.map((each) => preconditionsOf(each, scene));
        const origin = {
          version: "0.1.0",
          host: "here",
          uid: 1000,
          file: "/home/ada/fleet.yaml",
          fleet: plan.fleet,
          only: null,
          options: allowedBy({}),
          madeAt: new Date(world.now).toISOString(),
        };
        const saved: unknown = JSON.parse(renderSavedPlan(printed, facts, origin, "k"));
        expect([printed, { ...printed, files }, saved].flatMap((value) => fits(value))).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(seen.size).toBeGreaterThanOrEqual(6);
  });

  it("fits the output without a plan", () => {
    const parsed = parseFleet("version: 1\nagents: { a: { comand: x, env: { A: 1 } } }\n", "fleet.yaml");
    const diagnostics = parsed.ok ? [] : parsed.diagnostics.map(diagnosticToJson);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(fits({ formatVersion: "2.0", diagnostics })).toEqual([]);
    expect(fits({ formatVersion: "2.0", diagnostics: [] })).not.toEqual([]);
  });

  it("refuses a value that is not a plan, and allows keys of later versions", () => {
    const plan = planJson(aPlan) as { readonly agents: readonly object[] };
    const [agentOne] = plan.agents;
    for (const wrong of [
      {},
      { ...plan, formatVersion: "3.0" },
      { ...plan, summary: {} },
      { ...plan, agents: [{ ...agentOne, action: "explode" }] },
      { ...plan, actions: [{ id: "x:y", kind: "x", target: "y", reason: "new", cost: "none" }] },
      { ...plan, notes: [1] },
      { ...plan, checksum: "0a" },
    ]) {
      expect(fits(wrong, "open")).not.toEqual([]);
    }
    const later = { ...plan, more: 1, agents: [{ ...agentOne, more: 1 }] };
    expect(fits(later, "open")).toEqual([]);
    expect(fits(later)).not.toEqual([]);
  });
});
