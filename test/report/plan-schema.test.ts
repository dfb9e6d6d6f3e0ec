import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFleet } from "../../src/config/parse.ts";
import { allowanceNames, guards } from "../../src/plan/allowances.ts";
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
import { format } from "prettier";
import { planSchema } from "../../scripts/schema/plan-schema.mjs";

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

/** The schema lets keys be added in later versions. Those of today are all to be in it. */
function strict(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(strict);
  const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, strict(each)]));
  return "properties" in copy && !("additionalProperties" in copy) && copy["type"] === "object"
    ? { ...copy, additionalProperties: false }
    : copy;
}

// Ajv is what editors and most programs in JavaScript check JSON Schemas with, and knows the 2020-12 dialect.
const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(strict(schema) as object);
const fitsToday = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema as object);

/** What is wrong with a value once it has been printed; nothing where it fits. */
function misfits(value: unknown, check = fits): readonly unknown[] {
  return check(JSON.parse(JSON.stringify(value))) ? [] : (check.errors ?? []);
}

describe("plan.schema.json", () => {
  it("is what the types of the output say: npm run schema writes it", async () => {
    const text = await format(planSchema(), { parser: "json", printWidth: 110 });
    expect(readFileSync("plan.schema.json", "utf8") === text).toBe(true);
  }, 120_000);

  it("names every guard, and what can be allowed", () => {
    const { RefusalJson: refusal, ["Readonly<Record<Allowance,boolean>>"]: allowed } = schema.$defs ?? {};
    const named = JSON.stringify(refusal).matchAll(/"const":"([a-z-]+)"/g);
    expect([...named].map(([, guard]) => guard)).toEqual(expect.arrayContaining(Object.keys(guards)));
    expect(Object.keys(allowed?.properties ?? {})).toEqual(allowanceNames);
  });

  it("fits plans that say everything that a plan can say", () => {
    const suspended = { by: undefined, sinceMs: 0, untilMs: undefined };
    const [shared] = aPlan.shared;
    const whole = {
      ...aPlan,
      agents: [...aPlan.agents, agentPlan({ name: "x", action: "pending", hold: "suspended", suspended })],
      shared: shared ? [{ ...shared, diff: ["@@ line 1 @@", "-a"] }] : [],
      hindrance: foreignServer,
    };
    expect(misfits(planJson(whole))).toEqual([]);
    expect(misfits(planJson(emptyPlan))).toEqual([]);
    expect(misfits({ ...(planJson(emptyPlan) as object), files: [{ path: "/x", diff: ["+a"] }] })).toEqual(
      [],
    );
  });

  it("fits any plan, as it is printed, with all its files, and as it is saved", async () => {
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
          options: { now: false, allowRemoveAll: false, allowSelf: false },
          madeAt: new Date(world.now).toISOString(),
        };
        const saved: unknown = JSON.parse(renderSavedPlan(printed, facts, origin, "k"));
        expect([printed, { ...printed, files }, saved].flatMap((value) => misfits(value))).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(seen.size).toBeGreaterThanOrEqual(6);
  });

  it("fits what is printed where there is no plan", () => {
    const parsed = parseFleet("version: 1\nagents: { a: { comand: x, env: { A: 1 } } }\n", "fleet.yaml");
    const diagnostics = parsed.ok ? [] : parsed.diagnostics.map(diagnosticToJson);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(misfits({ formatVersion: "2.0", diagnostics })).toEqual([]);
    expect(misfits({ formatVersion: "2.0", diagnostics: [] })).not.toEqual([]);
  });

  it("refuses what is no plan, and bears keys of later versions", () => {
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
      expect(misfits(wrong, fitsToday)).not.toEqual([]);
    }
    const later = { ...plan, more: 1, agents: [{ ...agentOne, more: 1 }] };
    expect(misfits(later, fitsToday)).toEqual([]);
    expect(misfits(later)).not.toEqual([]);
  });

  it("is part of the package", () => {
    const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { files: readonly string[] };
    expect(files).toContain("plan.schema.json");
  });
});
