import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { shared } from "../../support/watch/shared-work.ts";
import { openWatchedLane, type WatchedLane } from "../../support/watch/watched-lane.ts";

/**
 * The times of its death, ms after an edit, in a random order: before it looks, while it looks, applies and settles.
 */
const moments = [0, 310, 160, 430, 240, 70, 560, 370, 200, 900];

describe("A watch under systemd that is killed with -9", () => {
  const box = useSandbox();
  let lanes: readonly WatchedLane[];
  beforeAll(async () => {
    lanes = ["anna", "bert", "cora"].map((name) => openWatchedLane(box, name));
    await Promise.all(lanes.map((lane) => lane.install()));
  });

  it("touches no agent if it has nothing to do, and executes an edit once, at any moment", async () => {
    const idle = Array.from({ length: 3 }, () => ({ afterMs: undefined }));
    const work = [...moments.map((afterMs) => ({ afterMs })), ...idle];
    const problems = await shared(lanes, work, async (lane, { afterMs }) => {
      const what = afterMs === undefined ? `${lane.name}, idle` : `${lane.name}, ${afterMs} ms after an edit`;
      const found =
        afterMs === undefined
          ? await lane.replaced("kill -9 $PID")
          : await lane.replacedByEdit(`sleep ${afterMs / 1_000}; kill -9 $PID`);
      return found.map((problem) => `${what}: ${problem}`);
    });
    expect(problems).toEqual([]);
  });

  it("is also replaced if systemd kills it because it hangs", async () => {
    const [lane] = lanes;
    if (lane === undefined) throw new Error("there is no lane");
    await lane.setWatchdog("3s");
    expect(await lane.replacedByEdit("kill -STOP $PID")).toEqual([]);
    // On a slow machine, the next one may need longer than three seconds for a sign of life.
    const restarts = await box.sh(`systemctl --user show --property=NRestarts --value ${lane.unit}`);
    expect(Number(restarts)).toBeGreaterThan(0);
  });
});
