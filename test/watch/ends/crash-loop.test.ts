import { beforeAll, describe, expect, it } from "vitest";
import { delayAfter } from "../../../src/watch/loop/back-off.ts";
import { apply, declare, waits } from "../../support/fleet/fleet.ts";
import { changes, takeSnapshot, type Snapshot } from "../../support/fleet/snapshot.ts";
import { measured } from "../../support/rig/measured.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { mendedMs } from "../../support/watch/mending.ts";
import { type RunningWatch, type Told, startWatch } from "../../support/watch/watcher.ts";

const fails = "echo no work without a key; exit 7";

/**
 * Returns a fleet in which systemd never restarts `broken`, and gives up on `fragile` after five starts within a
 * minute.
 */
const fleetOf = (model: string, broken: object) => ({
  defaults: { onChange: "restart" },
  agents: {
    healthy: { command: waits, replicas: 5 },
    edited: { command: waits, env: { MODEL: model } },
    ...broken,
  },
});
const failing = (command: string) => ({
  broken: { command, restart: { policy: "no" } },
  fragile: { command: fails },
});

/** The tries of each agent: back-off.test.ts shows the later ones with a clock. */
const triesOfEach = 5;

/** ../times/restarts.test.ts shows that the tries are not late, what they cost, and how soon an edit comes. */
describe("Two agents that fail at once, until each was tried five times, next to five that work:", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  let before: Snapshot;
  let told: readonly Told[];

  beforeAll(async () => {
    await declare(box, fleetOf("opus", {}));
    await apply(box);
    watch = await startWatch(box);
    await watch.settled();
    before = await takeSnapshot(box);
    const { length } = await watch.told();
    await declare(box, fleetOf("opus", failing(fails)));
    await triedTimes(length, 3);
    await declare(box, fleetOf("sonnet", failing(fails)));
    await triedTimes(length, triesOfEach);
    told = (await watch.told()).slice(length);
  });

  /** Waits until both were tried so often since then, and each failure of `broken` was reported. */
  async function triedTimes(since: number, times: number): Promise<void> {
    const isSo = async (): Promise<boolean> => {
      const events = (await watch.told()).slice(since);
      const count = (agent: string, event: string): number =>
        events.filter((each) => each.agent === agent && each.event === event).length;
      const tries = count("broken", "changed");
      return Math.min(tries, count("fragile", "changed")) >= times && count("broken", "failed") === tries;
    };
    await until(`both were tried ${times} times`, isSo, 200_000);
  }

  /** Returns the times at which the applies of an agent's tries began, ms since the epoch. */
  function triesOf(agent: string): readonly number[] {
    const begun = told.map(({ event, time }) => (event === "applying" ? Date.parse(time) : -Infinity));
    return told.flatMap((each, index) =>
      each.agent === agent && each.event === "changed" ? [Math.max(...begun.slice(0, index))] : [],
    );
  }

  /** Returns the causes of the apply that changed an agent. */
  function causesOf(agent: string, events: readonly Told[]): readonly string[] | undefined {
    const changed = events.findIndex((each) => each.agent === agent && each.event === "changed");
    return events.slice(0, changed).findLast(({ event }) => event === "applying")?.causes;
  }

  it.each([
    ["one that systemd never restarts", "broken"],
    ["one that systemd gives up on", "fragile"],
  ])("%s is tried again after 1 s, and then more and more rarely", (_, agent) => {
    const tries = triesOf(agent);
    expect(tries.length).toBeGreaterThanOrEqual(triesOfEach);
    const gaps = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    measured(`${agent}: tried again after ${gaps.join(", ")} ms`);
    // The wall clock may be slewed in between.
    for (const [index, gap] of gaps.entries()) expect(gap).toBeGreaterThan(delayAfter(index + 1) * 0.99);
    // As documented, and not only as the constants are.
    expect([1, 2, 3, 4, 5].map((count) => delayAfter(count) / 1_000)).toEqual([1, 5, 10, 20, 40]);
  });

  it("each failure is reported once, with its exit status, its last output, and the time of the next try", () => {
    const failures = told.filter(({ event, agent }) => event === "failed" && agent === "broken");
    const tries = triesOf("broken");
    expect(failures).toHaveLength(tries.length);
    for (const [index, { time, exitStatus, lines, nextTryMs }] of failures.entries()) {
      expect({ exitStatus, lines }).toEqual({
        exitStatus: 7,
        lines: expect.arrayContaining(["no work without a key"]),
      });
      // It waits from the end of its last try, which comes before the report.
      const delay = delayAfter(index + 1);
      expect(Number(nextTryMs)).toBeLessThanOrEqual(delay);
      expect(Date.parse(time) + Number(nextTryMs) - (tries[index] ?? 0)).toBeGreaterThan(delay * 0.99);
    }
    const crashes = told.filter(({ event, agent }) => event === "crashed" && agent === "fragile");
    expect(crashes).toMatchObject([{ exitStatus: 7 }]);
    expect(told.filter(({ event }) => event === "recovered")).toEqual([]);
  });

  it("the others are not touched, and an edit of one of them waits for no try", async () => {
    const changed = changes(before.units, (await takeSnapshot(box)).units);
    // systemd may be about to start one of the two again.
    expect(changed.filter((change) => !/ (?:broken|fragile)$/.test(change))).toEqual(["~ edited"]);
    expect(causesOf("edited", told)).toContain("edit");
  });

  it("an edit that fixes it is tried at once, and later it is reported to run again", async () => {
    const { length } = await watch.told();
    await declare(box, fleetOf("sonnet", failing(waits)));
    await mendedMs(watch, /^broken started: /, length);
    expect(causesOf("broken", (await watch.told()).slice(length))).toContain("edit");
    await watch.waitFor(
      "it runs again",
      ({ event, agent }) => event === "recovered" && agent === "broken",
      length,
    );
    const ofBroken = (await watch.told()).slice(length).filter(({ agent }) => agent === "broken");
    // The failure before the edit may be told once more.
    expect(ofBroken.filter(({ nextTryMs }) => nextTryMs !== 0).map(({ event }) => event)).toEqual([
      "changed",
      "recovered",
    ]);
  });
});
