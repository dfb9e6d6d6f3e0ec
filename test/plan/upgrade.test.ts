import { describe, expect, it } from "vitest";
import { configMark, formatConfigMark, variableFields } from "../../src/desired/marks/config-mark.ts";
import { digest } from "../../src/text/digests/digest.ts";
import { environmentOf } from "../../src/desired/env/env-file-entries.ts";
import { environmentKey, type Inputs } from "../../src/desired/inputs.ts";
import { resolveFleet } from "../../src/desired/agent/resolve.ts";
import type { Desired } from "../../src/desired/types.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import { bold } from "../support/plan/arbitraries.ts";
import { apply } from "../support/plan/model.ts";
import { account, configOf } from "../support/plan/resolved.ts";
import { inShort } from "../support/plan/scene.ts";
import { change, emptyWorld, observedOf, panesOf, setPanes, type World } from "../support/plan/world.ts";

const path = "/home/ada/a.env";
const fleet = {
  defaults: { onChange: "restart" },
  agents: {
    keyed: { command: "claude", envFiles: ["~/a.env"], env: { MODEL: "opus" } },
    there: { command: "claude", workdir: "~/w/" },
  },
};

function inputsOf(content: string): Inputs {
  const variables = digest(JSON.stringify([...environmentOf(content)]));
  return {
    envFiles: new Map([[path, { kind: "content", digest: digest(content) }]]),
    environments: new Map([[environmentKey([path]), variables]]),
    workdirs: new Map(["/home/ada", "/home/ada/w"].map((folder) => [folder, "directory"])),
  };
}

function desiredOf(content: string, more: object = fleet): Desired {
  return resolveFleet(configOf(more), account, inputsOf(content));
}

/**
 * Returns a machine started by an earlier version: marks over the bytes of an envFile, and over a workdir as spelled.
 */
function startedEarlier(content: string): World {
  const desired = desiredOf(content);
  const empty = emptyWorld(desired.layout, inputsOf(content));
  const applied = apply(empty, planFleet(desired, observedOf(empty), bold).actions);
  const marks = new Map(
    desired.agents.map(({ name, env }) => {
      const fields = variableFields(environmentOf(env.content));
      fields.delete("env.MOSAIC_AGENT_CONFIG");
      if (name === "there") fields.set("workdir", "/home/ada/w/");
      else fields.set("envFiles", JSON.stringify([[path, { kind: "content", digest: digest(content) }]]));
      return [name, configMark("mosaic", fields)];
    }),
  );
  return change(applied, (world) => {
    setPanes(
      world,
      panesOf(world).map((pane) => ({ ...pane, config: marks.get(pane.agent ?? "") })),
    );
    world.now += 3_600_000;
  });
}

const before = "KEY=1\n";
const planOn = (world: World, content: string, more: object = fleet) =>
  planFleet(desiredOf(content, more), observedOf({ ...world, inputs: inputsOf(content) }), bold);

describe("Agents from an earlier version", () => {
  const world = startedEarlier(before);

  it("are not interrupted: their panes get the mark of this version", () => {
    const plan = planOn(world, before);
    expect(plan.summary).toMatchObject({ change: 2, restart: 0 });
    expect(plan.actions.every(({ kind, cost }) => kind === "tag" && cost === "none")).toBe(true);
    const marks = plan.actions.map((action) => (action.kind === "tag" ? action.marks.config : undefined));
    const wanted = desiredOf(before).agents.map(({ config }) => formatConfigMark(config));
    expect(new Set(marks)).toEqual(new Set(wanted));
    expect(planOn(apply(world, plan.actions), before).actions).toEqual([]);
  });

  it("are like all others after that: a comment is no change, a value is one", () => {
    const upgraded = apply(world, planOn(world, before).actions);
    expect(planOn(upgraded, `# new\n${before}`).actions).toEqual([]);
    expect(inShort(planOn(upgraded, "KEY=2\n"))).toContain(
      "keyed: restart env-files-changed envFiles !agent",
    );
  });

  it("are reported with the changes of the upgrade, and nothing else", () => {
    const { keyed, there } = fleet.agents;
    const edited = { ...fleet, agents: { keyed: { ...keyed, env: { MODEL: "sonnet" } }, there } };
    expect(inShort(planOn(world, before, edited))).toContain("keyed: restart env-changed env.MODEL !agent");
  });
});
