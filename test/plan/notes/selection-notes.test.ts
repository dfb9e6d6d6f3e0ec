import { describe, expect, it } from "vitest";
import { machineWith, planOn } from "../../support/plan/scene.ts";

const chain = {
  agents: {
    first: { command: "x" },
    job: { command: "x", restart: { policy: "until-success" } },
    middle: { command: "x", dependsOn: ["first", "job"] },
    last: { command: "x", dependsOn: ["middle"] },
    aside: { command: "x", formerly: "beside" },
  },
};
const nothing = machineWith({ agents: {} });

const noted = (world: typeof nothing, names: readonly string[], intent?: "start" | "restart") =>
  planOn(world, chain, { only: new Set(names), intent }).notes.filter(
    ({ kind }) => kind === "left-out" || kind === "started-along",
  );

describe("A plan of some agents", () => {
  it("says how many it leaves out, and which dependencies systemd starts together with them", () => {
    expect(noted(nothing, ["last"])).toEqual([
      { kind: "left-out", selected: 1, all: 5 },
      { kind: "started-along", agents: ["first", "job", "middle"] },
    ]);
    expect(noted(nothing, ["last", "middle", "first", "job"])).toEqual([
      { kind: "left-out", selected: 4, all: 5 },
    ]);
  });

  it("counts an agent once, whatever its names", () => {
    const before = machineWith({ agents: { beside: { command: "x" } } });
    expect(noted(before, ["beside"])).toEqual([{ kind: "left-out", selected: 1, all: 5 }]);
  });

  it("is silent about dependencies that run, about a start of named agents, about its own choice, and about the whole fleet", () => {
    expect(noted(machineWith(chain), ["last"], "restart")).toEqual([]);
    expect(noted(nothing, ["aside"], "start")).toEqual([]);
    expect(noted(nothing, ["aside", "first", "job", "last", "middle"])).toEqual([]);
    const chosen = planOn(nothing, chain, { only: new Set(["last"]), isOwnChoice: true });
    expect(chosen.notes.map(({ kind }) => kind)).not.toContain("left-out");
    expect(planOn(nothing, chain).notes.map(({ kind }) => kind)).not.toContain("left-out");
  });
});
