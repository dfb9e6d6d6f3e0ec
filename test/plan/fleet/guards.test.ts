import { describe, expect, it } from "vitest";
import { suspensionPath } from "../../../src/desired/marks/suspension.ts";
import type { Observed } from "../../../src/observed/types.ts";
import { planFleet } from "../../../src/plan/fleet/plan-fleet.ts";
import type { Plan, PlanOptions } from "../../../src/plan/types.ts";
import { shy } from "../../support/plan/arbitraries.ts";
import { drift, type Happening } from "../../support/plan/drift.ts";
import type { FleetFile } from "../../support/plan/resolved.ts";
import { desiredFor, edited, machineWith, planOn, trio, without } from "../../support/plan/scene.ts";
import { change, observedOf, type World } from "../../support/plan/world.ts";
import { refusalText } from "../../../src/report/plan/refusal-text.ts";

const names = ["a", "b", "c", "d", "e", "f"];
const six: FleetFile = { agents: Object.fromEntries(names.map((name) => [name, { command: "x" }])) };
const running = machineWith(six);
const quiet = machineWith(trio);

function stopping(fleet: FleetFile, ...stopped: readonly string[]): FleetFile {
  return stopped.reduce((each, name) => edited(each, name, { state: "stopped" }), fleet);
}

function refusal({ refusals }: Plan): string | undefined {
  return refusals[0] && `${refusals[0].guard}: ${refusalText(refusals[0])}`;
}

/** Returns the machine after the same has happened to some of its agents, by their place in the alphabet. */
function after(what: Happening["what"], ...picks: readonly number[]): World {
  return drift(
    running,
    picks.map((pick) => ({ what, pick })),
  );
}

describe("Guards refuse", () => {
  it("a file without agents, unless that is allowed", () => {
    const plan = planOn(quiet, { agents: {} });
    expect(plan.refusals).toEqual([
      {
        guard: "empty-fleet",
        removed: 3,
        flag: "--allow-remove-all",
      },
    ]);
    expect(planOn(quiet, { agents: {} }, { allowRemoveAll: true }).refusals).toEqual([]);
  });

  it("the removal of three or more that are more than half of the fleet", () => {
    const guard = (...removed: readonly string[]): string | undefined =>
      refusal(planOn(running, without(six, ...removed)));
    expect(guard("a", "b", "c")).toBeUndefined();
    expect(guard("a", "b", "c", "d")).toBe("mass-removal: 4 of 6 agents would be removed");
  });

  it("neither the removal of two, nor a fleet that is already empty", () => {
    const three = { agents: { a: { command: "x" }, b: { command: "x" }, c: { command: "x" } } };
    const other = { agents: { c: { command: "x" }, d: { command: "x" } } };
    expect(planOn(machineWith(three), other).refusals).toEqual([]);
    expect(planOn(machineWith({ agents: {} }), { agents: {} }).refusals).toEqual([]);
  });
});

describe("A file without any of the existing agents", () => {
  const one = { agents: { a: { command: "x" } } };
  const another = { agents: { b: { command: "x" } } };
  const guards = (appliedFile: Observed["appliedFile"], allowed: object = {}): readonly string[] => {
    const observed = { ...observedOf(machineWith(one)), appliedFile };
    const options = { ...shy, ...allowed };
    return planFleet(desiredFor(another), observed, options).refusals.map(({ guard }) => guard);
  };

  it("is refused, however few they are, if another file was applied last", () => {
    expect(guards({ path: "/there/fleet.yaml", isThis: false })).toEqual(["other-fleet"]);
    expect(guards(undefined)).toEqual(["other-fleet"]);
  });

  it("is applied if it is that file, if that is allowed, or if the agents to remove are named", () => {
    expect(guards({ path: "/there/fleet.yaml", isThis: true })).toEqual([]);
    expect(guards(undefined, { allowRemoveAll: true })).toEqual([]);
    expect(guards(undefined, { only: new Set(["a"]) })).toEqual([]);
  });
});

describe("The end of most sessions", () => {
  const careless = { ...six, defaults: { state: "stopped" } };

  it("is refused if one line stops every agent, unless that is allowed", () => {
    expect(planOn(running, careless).refusals).toEqual([
      {
        guard: "mass-stop",
        all: 6,
        removed: 0,
        stopped: 6,
        flag: "--allow-remove-all",
      },
    ]);
    expect(planOn(running, careless, { allowRemoveAll: true }).refusals).toEqual([]);
  });

  it("is the end of three or more that are more than half", () => {
    expect(refusal(planOn(running, stopping(six, "a", "b", "c")))).toBeUndefined();
    expect(refusal(planOn(running, stopping(six, "a", "b", "c", "d")))).toMatch("mass-stop: 4 of 6 agents");
    const two = without(six, "c", "d", "e", "f");
    expect(refusal(planOn(machineWith(two), stopping(two, "a", "b")))).toBeUndefined();
  });

  it("includes two that are stopped and two that are removed", () => {
    expect(refusal(planOn(running, stopping(without(six, "a", "b"), "c", "d")))).toBe(
      "mass-stop: 4 of 6 agents with a session would be ended: 2 stopped (state: stopped), 2 removed",
    );
    expect(refusal(planOn(running, stopping(without(six, "a", "b", "c", "d"), "e")))).toBe(
      "mass-removal: 4 of 6 agents would be removed, and 1 stopped",
    );
  });

  it("is measured without the agents that are already stopped, which do not count as ended either", () => {
    const half = stopping(six, "d", "e", "f");
    expect(refusal(planOn(machineWith(half), careless))).toMatch("mass-stop: 3 of 3 agents");
    expect(refusal(planOn(machineWith(half), without(half, "a", "b", "c")))).toBe(
      "mass-removal: 3 of 3 agents with a session would be removed",
    );
    const most = stopping(six, "c", "d", "e", "f");
    expect(refusal(planOn(machineWith(most), careless))).toBeUndefined();
  });

  it("includes failed agents with a remaining screen, except if no other agent exists", () => {
    const four = stopping(six, "a", "b", "c", "d");
    expect(refusal(planOn(after("failed", 0, 1, 2), four))).toMatch("mass-stop: 4 of 6 agents");
    expect(refusal(planOn(after("failed", 0, 1, 2, 3), four))).toBeUndefined();
  });

  it("excludes protected and suspended agents, which stay as they are", () => {
    const protect = edited(edited(six, "a", { protect: true }), "b", { protect: true });
    const stopped = stopping(protect, "a", "b", "c", "d", "e");
    expect(refusal(planOn(machineWith(protect), stopped))).toBeUndefined();
    const suspended = change(running, ({ files, layout, now }) => {
      for (const name of ["a", "b"])
        files.set(suspensionPath(layout, name), { kind: "file", content: "", mode: 0o600, modifiedMs: now });
    });
    expect(refusal(planOn(suspended, stopping(six, "a", "b", "c", "d", "e")))).toBeUndefined();
  });

  it("does not include a restart", () => {
    const changed = { ...six, defaults: { env: { MODEL: "opus" }, onChange: "restart" } };
    const { summary, refusals } = planOn(running, changed);
    expect(summary.restart).toBe(6);
    expect(refusals).toEqual([]);
  });

  it("is also refused if the agents are named, and is measured by the whole fleet", () => {
    const named = (...some: readonly string[]): Partial<PlanOptions> => ({ only: new Set(some) });
    const few = named("a", "b", "c");
    const many = named("a", "b", "c", "d");
    expect(refusal(planOn(running, careless, few))).toBeUndefined();
    expect(refusal(planOn(running, careless, many))).toMatch("mass-stop: 4 of 6 agents");
    const gone = without(six, "a", "b", "c", "d");
    expect(refusal(planOn(running, gone, few))).toBeUndefined();
    expect(refusal(planOn(running, gone, many))).toMatch("mass-removal: 4 of 6 agents");
  });
});
