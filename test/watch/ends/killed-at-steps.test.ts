import { beforeAll, describe, expect, it } from "vitest";
import { killHook, worthTrying } from "../../support/faults/kills.ts";
import { measured } from "../../support/rig/measured.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { shared } from "../../support/watch/shared-work.ts";
import { openWatchedLane, type WatchedLane } from "../../support/watch/watched-lane.ts";

describe("A watch under systemd that is killed with -9", () => {
  const box = useSandbox({ visible: killHook });
  let lanes: readonly WatchedLane[];
  beforeAll(async () => {
    // Each watch looks at the changes of all, so more lanes take more processor time for the same work.
    lanes = ["anna", "bert", "cora"].map((name) => openWatchedLane(box, name));
    await Promise.all(lanes.map((lane) => lane.install()));
  });

  it("leaves the rest of an apply to the next one, after any step, which does nothing twice", async () => {
    const [first] = lanes;
    if (first === undefined) throw new Error("there is no lane");
    await Promise.all(lanes.map((lane) => lane.hook()));
    const steps = await first.momentsOfEdit();
    // The state after a step is the state before the next. systemd kills its children too, so "with" is "while". Its
    // readings, and its own reports, do not matter to the agents.
    const changing = steps.filter(
      (step) => !/^after |^with |list-units|display-message|systemd-notify|LANE\.lock/.test(step),
    );
    const kinds = worthTrying(changing.map((moment) => ({ goal: "edit", moment })));
    // Each needs a killed service, a wait and a look.
    const kills = process.env["KILL_ALL"] ? kinds : kinds.filter((_, index) => index % 2 === 0);
    const missed: string[] = [];
    const problems = await shared(lanes, kills, async (lane, { moment }) => {
      const found = await lane.killedAt(moment);
      if (found === "missed") missed.push(moment);
      return found === "missed" ? [] : found.map((problem) => `${lane.name}, ${moment}: ${problem}`);
    });
    measured(`killed at ${kills.length - missed.length} of ${changing.length} moments`);
    expect(kills.length).toBeGreaterThan(12);
    expect(problems).toEqual([]);
    expect(missed.length, missed.join(", ")).toBeLessThan(kills.length / 5);
  }, 480_000);
});
