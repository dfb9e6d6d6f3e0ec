import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldPlaces } from "../../src/config/field-places.ts";
import { agentStatuses } from "../../src/plan/explain/status.ts";
import { explainAgent } from "../../src/plan/explain/explain.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import { planRender } from "../../src/render/plan-render.ts";
import { renderedThings } from "../../src/render/rendered-files.ts";
import { applyJson } from "../../src/report/apply/apply-json.ts";
import { renderJson } from "../../src/report/render/render-json.ts";
import { statusJson } from "../../src/report/status/status-json.ts";
import { whyJson } from "../../src/report/status/why-json.ts";
import { validateJson } from "../../src/report/validate/validate-json.ts";
import { watchJson } from "../../src/report/watch/watch-json.ts";
import { anyCase, shy } from "../support/plan/arbitraries.ts";
import { observedOf } from "../support/plan/world.ts";
import { aPlan } from "../support/report/a-plan.ts";
import { allEvents, hostileEvents, problem } from "../support/report/an-event.ts";
import { misfits } from "../support/report/schema.ts";

const problems = [problem("something failed", { hint: "repair it" })];

describe("the JSON that commands print", () => {
  it("fits its schema for any fleet on any machine", () => {
    const places = fieldPlaces("version: 1\nagents: { a: { command: x } }\n", "fleet.yaml");
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyCase, ({ desired, world }) => {
        const observed = observedOf(world);
        const plan = planFleet(desired, observed, shy);
        const { actions } = plan;
        const agents = agentStatuses(desired, observed, plan).map((agent) => {
          seen.add(agent.state);
          return { ...agent, memoryBytes: agent.pid && 1, isFrozen: false };
        });
        const holder = { active: "active", pid: undefined, socket: "s" };
        const { notes, deviations = [] } = plan;
        const status = {
          fleet: plan.fleet,
          holder,
          agents,
          watcher: undefined,
          lingering: true,
          notes,
          deviations,
        };
        const explained = plan.agents.flatMap(({ name }) => {
          const explanation = explainAgent(name, desired, observed, plan, shy);
          return explanation === undefined ? [] : [{ explanation, entry: "a" }];
        });
        const rendered = planRender(renderedThings(desired), new Map(), plan.fleet, () => undefined);
        const outcome = { done: actions, failed: actions, unknown: actions, skipped: [] };
        expect([
          ...misfits("status", statusJson(status)),
          ...misfits("why", whyJson(plan.fleet, explained, places)),
          ...misfits("apply", applyJson(plan, outcome, [], problems)),
          ...misfits("render", renderJson(plan.fleet, "/out", rendered, problems)),
        ]).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect(seen.size).toBeGreaterThanOrEqual(5);
  });

  it("fits its schema for a watch in every state", () => {
    const watcher = {
      pid: 7,
      unit: "mosaic-fleet.service",
      missing: "/opt/fleet",
      version: undefined,
      isService: true,
      polling: {
        everyMs: 1_000,
        polled: [{ why: "remote", folders: ["/mnt"], count: 1, fileSystems: ["NFS"] }],
      },
    } as const;
    const holder = { active: "active", pid: 42, socket: "s" };
    const status = { fleet: "f", holder, agents: [], lingering: undefined, notes: [] };
    for (const each of [watcher, { ...watcher, pid: undefined, polling: undefined }, undefined]) {
      expect(misfits("status", statusJson({ ...status, watcher: each }))).toEqual([]);
    }
  });

  it("fits its schema for an apply that failed in every way", () => {
    const failure = { name: "a", unit: "u", result: "exit-code", exitStatus: 3, lines: ["x"] };
    const withoutServer = { unit: "h", isBack: false, lines: [] };
    const outcome = {
      done: [],
      failed: [],
      skipped: [],
      killed: [{ name: "a", afterMs: 9 }],
      interruptedBy: "SIGTERM",
    };
    const result = applyJson(
      aPlan,
      outcome,
      [failure, { ...failure, exitStatus: undefined, literalPath: "$HOME/bin", withoutServer }],
      problems,
      false,
    );
    const failed = { formatVersion: "2.0", diagnostics: problems };
    expect(misfits("apply", result)).toEqual([]);
    expect(misfits("apply", { ...result, later: [result, failed] })).toEqual([]);
    expect(misfits("apply", { ...failed, later: [] })).toEqual([]);
    expect(misfits("apply", { ...result, done: [1] }, "open")).not.toEqual([]);
  });

  it("fits its schema for a check with and without systemd's findings", () => {
    const checked = { valid: true, fleet: "f", agents: 2 };
    const finding = {
      unit: "u",
      agent: undefined,
      file: "drop-in",
      line: 3,
      source: "Nice=x",
      message: "No.",
    } as const;
    const units = { checked: true, count: 4, findings: [finding] };
    expect(misfits("validate", validateJson(checked, []))).toEqual([]);
    expect(misfits("validate", validateJson({ ...checked, valid: false, units }, problems))).toEqual([]);
    expect(misfits("validate", { formatVersion: "2.0", diagnostics: problems })).toEqual([]);
    const { valid, ...incomplete } = validateJson(checked, []);
    expect([valid, ...misfits("validate", incomplete, "open")]).not.toEqual([true]);
  });

  it("fits its schema for every event of a watch", () => {
    for (const event of [...allEvents, ...hostileEvents]) {
      expect(misfits("watch", watchJson(event, 0))).toEqual([]);
    }
  });

  it("fits its schema for every note of a plan, as an event", () => {
    for (const note of aPlan.notes) {
      expect(misfits("watch", watchJson({ kind: "plan-note", note }, 0))).toEqual([]);
    }
  });

  it("does not fit the schema of an event without its data, or of an unknown one", () => {
    const head = { formatVersion: "2.0", time: "2026-01-01T00:00:00Z" };
    for (const wrong of [
      head,
      { ...head, event: "exploded" },
      { ...head, event: "edited", file: "fleet.yaml" },
      { ...head, event: "note", about: "server-back", text: "It is back." },
    ]) {
      expect(misfits("watch", wrong, "open")).not.toEqual([]);
    }
    expect(
      misfits("watch", { ...head, event: "edited", file: "fleet.yaml", agents: 1, more: 1 }, "open"),
    ).toEqual([]);
  });
});
