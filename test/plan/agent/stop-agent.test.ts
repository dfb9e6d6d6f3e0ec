import { describe, expect, it } from "vitest";
import {
  destructionOf,
  edited,
  inShort,
  machineWith,
  planOn,
  stopOf,
  trio,
  without,
} from "../../support/plan/scene.ts";
import { change } from "../../support/plan/world.ts";

/** The tester's start waits for the start of another agent. */
const queued = change(machineWith(trio), (world) => {
  const name = "mosaic-agent@tester.service";
  world.units.set(name, { name, load: "loaded", active: "inactive", sub: "dead", job: "start" });
  if (world.tmux !== undefined) {
    const panes = world.tmux.panes.filter(({ agent }) => agent !== "tester");
    world.tmux = { ...world.tmux, panes };
  }
});

describe("An agent whose start is queued", () => {
  it("is stopped by a stop, by an edit and by a removal, as one that runs", () => {
    const fleet = edited(trio, "tester", { state: "stopped" });
    expect(inShort(stopOf(queued, trio, ["tester"]))).toEqual([
      "tester: stop requested",
      "stop tester (requested)",
    ]);
    expect(inShort(planOn(queued, fleet))).toContain("stop tester (stop-wanted)");
    expect(inShort(planOn(queued, without(trio, "tester")))).toContain("stop tester (no-longer-declared)");
    expect(inShort(destructionOf(queued))).toContain("stop tester (destroy)");
  });
});

describe("An agent that ends", () => {
  const ending = (job: object): ReturnType<typeof machineWith> =>
    change(machineWith(trio), (world) => {
      const name = "mosaic-agent@tester.service";
      world.units.set(name, { name, load: "loaded", active: "deactivating", sub: "stop-post", ...job });
    });
  const startOf = (job: object): readonly string[] =>
    inShort(planOn(ending(job), trio, { only: new Set(["tester"]), intent: "start" }));

  it("is started after its end, and interrupts nobody, though its pane lives until then", () => {
    expect(startOf({ job: "stop" })).toEqual([
      "tester: start not-running",
      "reset-failed tester (not-running)",
      "start tester (not-running)",
    ]);
  });

  it("keeps the failure of its run until then: hooks and the last screen tell of it", () => {
    expect(startOf({})).toEqual(["tester: start not-running", "start tester (not-running)"]);
  });
});
