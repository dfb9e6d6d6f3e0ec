import { describe, expect, it } from "vitest";
import { desiredOf, type FleetFile } from "../support/plan/resolved.ts";
import { edited, inShort, machineWith, planOn } from "../support/plan/scene.ts";

/** Names that every object in JavaScript has, for everything with a name in a fleet. */
const hostile: FleetFile = {
  runtimes: { toString: { command: "claude" }, constructor: { command: "codex" } },
  defaults: { env: { toString: "from defaults" } },
  agents: {
    constructor: { runtime: "constructor", env: { constructor: "1", valueOf: "2" } },
    hasOwnProperty: { runtime: "toString", dependsOn: ["constructor"] },
    toString: { command: "x", replicas: 2 },
  },
};

describe("Names of members of every JavaScript object", () => {
  it("are valid names of agents, runtimes and variables", () => {
    const env = new Map(desiredOf(hostile).agents.map((agent) => [agent.name, agent.env.content]));
    expect([...env.keys()]).toEqual(["constructor", "hasOwnProperty", "toString-1", "toString-2"]);
    expect(env.get("constructor")).toContain(
      'MOSAIC_AGENT_COMMAND=codex\nconstructor=1\ntoString="from defaults"\nvalueOf=2\n',
    );
    expect(env.get("hasOwnProperty")).toContain("MOSAIC_AGENT_COMMAND=claude\n");
  });

  it("are planned like other names, and settle", () => {
    const world = machineWith(hostile);
    expect(inShort(planOn(world, hostile))).toEqual([]);
    const { env } = { env: { constructor: "1", valueOf: "3" } };
    expect(inShort(planOn(world, edited(hostile, "constructor", { env })))[0]).toBe(
      "constructor: restart env-changed env.valueOf !agent",
    );
  });

  it("mean no runtime if none is declared", () => {
    const fleet = { agents: { a: { command: "x" } } };
    const plan = planOn(machineWith(fleet), { agents: { a: { command: "y" } } });
    expect(inShort(plan)[0]).toBe("a: restart command-changed command !agent");
  });
});

describe("Another fleet on the same machine", () => {
  it("has its own units, files and socket, and ignores those of the first", () => {
    const fleet = { agents: { canary: { command: "x" } } };
    const world = machineWith(fleet);
    const other = { ...fleet, name: "mosaic-agent" };
    const plan = planOn({ ...world, units: new Map(), tmux: undefined }, other);
    expect(plan.socket).toBe("mosaic-agent-factory");
    expect(plan.summary).toMatchObject({ add: 1, remove: 0, blocked: 0 });
    expect(plan.actions.filter(({ target }) => world.files.has(target))).toEqual([]);
    expect(plan.unmanaged).toEqual([]);
  });
});
