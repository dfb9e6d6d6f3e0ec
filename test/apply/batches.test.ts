import { describe, expect, it } from "vitest";
import { batchActions } from "../../src/apply/batches.ts";
import { startUnit } from "../support/plan/model-units.ts";
import { change } from "../support/plan/world.ts";
import { edited, machineWith, planOn, trio, without } from "../support/plan/scene.ts";

describe("The batches of a plan", () => {
  it("contain neighbouring actions: several files, or one call for all units", () => {
    const fleet = edited(edited(without(trio, "tester"), "zoo", { command: "x" }), "yak", { command: "y" });
    const batches = batchActions(planOn(machineWith(trio), fleet).actions);
    expect(
      batches.map(
        ({ actions }) => `${actions.length} ${[...new Set(actions.map(({ kind }) => kind))].join()}`,
      ),
    ).toEqual([
      "1 stop",
      "1 reset-failed",
      "2 write-file",
      "4 unlink,link,remove-file",
      "1 daemon-reload",
      "1 remove-file",
      "2 start",
    ]);
  });

  it("stop timers before all others, and by themselves: one that elapses would start its agent again", () => {
    const scheduled = { services: { nightly: { command: "x", schedule: "daily" }, other: { command: "x" } } };
    const running = change(machineWith(scheduled), (world) =>
      startUnit(world, "mosaic-agent@nightly.service"),
    );
    const batches = batchActions(planOn(running, { services: {} }, { allowRemoveAll: true }).actions);
    expect(batches.slice(0, 2).map(({ actions }) => actions.map(({ target }) => target))).toEqual([
      ["mosaic-agent@nightly.timer"],
      expect.arrayContaining(["mosaic-agent@nightly.service", "mosaic-agent@other.service"]),
    ]);
  });

  it("do not become more with the number of agents", () => {
    const fleetOf = (size: number) => ({
      agents: Object.fromEntries(Array.from({ length: size }, (_, index) => [`a${index}`, { command: "x" }])),
    });
    const empty = machineWith({ agents: {} });
    const batchesOf = (size: number) => batchActions(planOn(empty, fleetOf(size)).actions).length;
    expect(batchesOf(50)).toBe(batchesOf(5));
  });

  it("keep the order, and neither lose nor repeat an action", () => {
    const { actions } = planOn(machineWith(trio), { agents: { a: { command: "x" } } });
    expect(batchActions(actions).flatMap((batch) => [...batch.actions])).toEqual(actions);
    expect(batchActions([])).toEqual([]);
  });
});
