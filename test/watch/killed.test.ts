import { beforeAll, describe, expect, it } from "vitest";
import { killHook, worthTrying } from "../support/fleet/kills.ts";
import { linesOf } from "../support/fleet/state.ts";
import { measured } from "../support/rig/measured.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { openWatchedLane, type WatchedLane } from "../support/watch/watched-lane.ts";

/**
 * The times of its death, ms after an edit, in a random order: before it looks, while it looks, applies and settles.
 */
const moments = [0, 310, 160, 430, 240, 70, 560, 370, 200, 900];

/** Shares the work among the lanes. Each lane does the next work after its last one. Returns their results. */
async function shared<Work>(
  lanes: readonly WatchedLane[],
  work: readonly Work[],
  each: (lane: WatchedLane, work: Work) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const rest = [...work];
  const lists = await Promise.all(
    lanes.map(async (lane) => {
      const said: string[] = [];
      for (let next = rest.shift(); next !== undefined; next = rest.shift())
        said.push(...(await each(lane, next)));
      return said;
    }),
  );
  return lists.flat();
}

describe("A watch that systemd runs, and that is killed with -9,", () => {
  const box = useSandbox({ visible: killHook });
  let lanes: readonly WatchedLane[];
  beforeAll(async () => {
    lanes = ["anna", "bert", "cora"].map((name) => openWatchedLane(box, name));
    await Promise.all(lanes.map((lane) => lane.install()));
  }, 120_000);

  it("touches no agent when it has nothing to do, and carries out an edit once, at whatever time that comes", async () => {
    const work = [...moments.map((afterMs) => ({ afterMs })), ...lanes.map(() => ({ afterMs: undefined }))];
    const problems = await shared(lanes, work, async (lane, { afterMs }) => {
      const what = afterMs === undefined ? `${lane.name}, idle` : `${lane.name}, ${afterMs} ms after an edit`;
      const found =
        afterMs === undefined
          ? await lane.replaced("kill -9 $PID")
          : await lane.replacedByEdit(`sleep ${afterMs / 1_000}; kill -9 $PID`);
      return found.map((problem) => `${what}: ${problem}`);
    });
    expect(problems).toEqual([]);
  }, 120_000);

  it("at any step of an apply, leaves the rest of it to the next one, which does nothing twice", async () => {
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
    const problems = await shared(lanes, kills, async (lane, { moment }) =>
      (await lane.killedAt(moment)).map((problem) => `${lane.name}, ${moment}: ${problem}`),
    );
    measured(`killed at ${kills.length} of ${changing.length} moments`);
    expect(kills.length).toBeGreaterThan(15);
    expect(problems).toEqual([]);
  }, 240_000);

  it("by systemd, because it hangs, is replaced likewise", async () => {
    const [lane] = lanes;
    if (lane === undefined) throw new Error("there is no lane");
    await lane.setWatchdog("3s");
    expect(await lane.replacedByEdit("kill -STOP $PID")).toEqual([]);
    expect(linesOf(await box.sh(`systemctl --user show --property=NRestarts --value ${lane.unit}`))).toEqual([
      "1",
    ]);
  });
});
