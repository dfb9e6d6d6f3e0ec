import { describe, expect, it } from "vitest";
import { drift } from "../support/plan/drift.ts";
import { edited, inShort, machineWith, planOn, trio, without } from "../support/plan/scene.ts";
import { change, panesOf, setPanes, type World } from "../support/plan/world.ts";

const quiet = machineWith(trio);
const busy = withPanes({ activity: Math.floor(quiet.now / 1000) - 59 });
const attached = withPanes({ attached: 2 });

function withPanes(difference: { attached?: number; activity?: number }): World {
  return change(quiet, (world) =>
    setPanes(
      world,
      panesOf(world).map((pane) => ({ ...pane, ...difference })),
    ),
  );
}

function changedWith(keys: object): Parameters<typeof planOn>[1] {
  return edited(trio, "canary", { env: { MODEL: "sonnet" }, ...keys });
}

describe("A changed agent", () => {
  it("is restarted at once with onChange: restart, with the interrupted people", () => {
    const plan = planOn(attached, changedWith({ onChange: "restart" }));
    expect(plan.agents[0]).not.toHaveProperty("hold");
    expect(plan.agents[0]).toMatchObject({
      action: "restart",
      cost: "agent",
      atStake: { attached: 2, idleSeconds: 3602 },
    });
  });

  it.each([
    ["printed something less than idleAfter ago", busy, {}],
    ["has a person attached", attached, {}],
    ["is quiet for less than its own idleAfter", quiet, { idleAfter: "2h" }],
  ])("waits if it %s: its env file is written, and it continues to run", (_, world, keys) => {
    const plan = planOn(world, changedWith(keys));
    expect(inShort(plan)).toEqual([
      "canary: pending env-changed env.MODEL [busy]",
      "write-file mosaic/fleet/agents/canary.env (env-changed)",
    ]);
    expect(plan.summary).toMatchObject({ pending: 1, restart: 0 });
    expect(planOn(world, changedWith(keys), { now: true }).summary).toMatchObject({ pending: 0, restart: 1 });
  });

  it("is restarted after it has been quiet for idleAfter", () => {
    const justIdle = withPanes({ activity: Math.floor(quiet.now / 1000) - 60 });
    expect(planOn(justIdle, changedWith({})).agents[0]).toMatchObject({ action: "restart" });
    expect(planOn(quiet, changedWith({})).agents[0]).toMatchObject({ action: "restart" });
  });

  it("is kept with onChange: keep, however idle, without --now", () => {
    const plan = planOn(quiet, changedWith({ onChange: "keep" }));
    expect(plan.agents[0]).toMatchObject({ action: "pending", hold: "kept", cost: "none" });
    expect(planOn(quiet, changedWith({ onChange: "keep" }), { now: true }).summary.restart).toBe(1);
  });

  it("still waits after its files are written", () => {
    const written = change(busy, (world) => {
      for (const action of planOn(busy, changedWith({})).actions) {
        if (action.kind !== "write-file") continue;
        const { content, mode, target } = action;
        world.files.set(target, { kind: "file", content, mode, modifiedMs: world.now });
      }
    });
    expect(inShort(planOn(written, changedWith({})))).toEqual([
      "canary: pending env-changed env.MODEL [busy]",
    ]);
  });

  it("keeps an env file edited by hand, from which it was started, as its only record while it waits", () => {
    const edit = drift(quiet, [
      { what: "envEdited", pick: 0 },
      { what: "restarted", pick: 0 },
    ]);
    expect(inShort(planOn(edit, trio))).toEqual(["canary: pending config-unknown [busy]"]);
  });

  it("is restarted although it is protected: it is neither stopped nor removed", () => {
    const guarded = machineWith(edited(trio, "canary", { protect: true }));
    expect(planOn(guarded, changedWith({ protect: true })).summary.restart).toBe(1);
  });
});

describe("An impossible change", () => {
  it.each([{}, { onChange: "keep" }])(
    "is not left to the next crash of an agent that has to wait: %j",
    (keys) => {
      const surroundings = { missingWorkdirs: ["/nope"] };
      const plan = planOn(busy, changedWith({ workdir: "/nope", ...keys }), { surroundings });
      expect(inShort(plan)).toEqual(["canary: blocked workdir-missing /nope"]);
    },
  );
});

describe("An undeclared agent without an env file", () => {
  it("is not removed while it runs, because its protection is unknown", () => {
    const world = drift(quiet, [{ what: "envRemoved", pick: 0 }]);
    expect(inShort(planOn(world, without(trio, "canary")))).toEqual([
      expect.stringMatching(/^canary: blocked protected its env file is gone/),
    ]);
  });
});
