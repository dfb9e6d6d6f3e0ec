import { beforeAll, describe, expect, it } from "vitest";
import { delayAfter } from "../../../src/watch/loop/back-off.ts";
import { apply, declare, waits } from "../../support/fleet/fleet.ts";
import { changes, takeSnapshot, type Snapshot } from "../../support/fleet/snapshot.ts";
import { slowness } from "../../support/measure/slowness.ts";
import { measured } from "../../support/rig/measured.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { mendedMs, strike } from "../../support/watch/mending.ts";
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
/** A look and an apply on a quiet machine with some load, ms. */
const quietSlackMs = 5_000;
/** Until systemd has started it five times, ms. */
const givesUpMs = 8_000;

describe("Two agents that fail at once, until each was tried five times, next to five that work:", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  let before: Snapshot;
  let told: readonly Told[];
  let usedMs: number;
  let lastedMs: number;
  let editTook: number;
  let slackMs: number;

  beforeAll(async () => {
    await declare(box, fleetOf("opus", {}));
    await apply(box);
    watch = await startWatch(box);
    await watch.settled();
    before = await takeSnapshot(box);
    const { length } = await watch.told();
    const usedBefore = await processorMs();
    const began = Date.now();
    await declare(box, fleetOf("opus", failing(fails)));
    await triedTimes(length, 3);
    slackMs = quietSlackMs * (await slowness(box));
    const { length: half } = await watch.told();
    const editedAt = await strike(box, "true");
    await declare(box, fleetOf("sonnet", failing(fails)));
    editTook = (await mendedMs(watch, /^edited restarted: env-changed env.MODEL$/, half)) - editedAt;
    await triedTimes(length, triesOfEach);
    lastedMs = Date.now() - began;
    usedMs = (await processorMs()) - usedBefore;
    told = (await watch.told()).slice(length);
    slackMs = Math.max(slackMs, quietSlackMs * (await slowness(box)));
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

  /** Returns the processor time of the watch itself, ms. */
  async function processorMs(): Promise<number> {
    const [stat = "", ticks] = (await box.sh(`cat /proc/${watch.pid}/stat; getconf CLK_TCK`)).split("\n");
    // proc(5): utime and stime are the fields 14 and 15, and the first field after the name in () is field 3.
    const [utime, stime] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(14 - 3);
    return ((Number(utime) + Number(stime)) * 1_000) / Number(ticks);
  }

  const timesOf = (agent: string, event: string): readonly number[] =>
    told.filter((each) => each.agent === agent && each.event === event).map(({ time }) => Date.parse(time));

  it.each([
    ["one that systemd never restarts", "broken", 0],
    ["one that systemd gives up on", "fragile", givesUpMs],
  ])("%s is tried again after 1 s, and then more and more rarely", (_, agent, atLeastMs) => {
    const tries = timesOf(agent, "changed");
    expect(tries.length).toBeGreaterThanOrEqual(triesOfEach);
    const gaps = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    measured(`${agent}: tried again after ${gaps.join(", ")} ms`);
    for (const [index, gap] of gaps.entries()) {
      const delay = delayAfter(index + 1);
      // The wall clock may be slewed in between.
      expect(gap).toBeGreaterThan(Math.max(index === 0 ? 0 : delayAfter(index), delay - slackMs) * 0.99);
      expect(gap).toBeLessThan(Math.max(delay, atLeastMs) + slackMs);
    }
    // As documented, and not only as the constants are.
    expect([1, 2, 3, 4, 5].map((count) => delayAfter(count) / 1_000)).toEqual([1, 5, 10, 20, 40]);
  });

  it("each failure is reported once, with its exit status, its last output, and the time of the next try", () => {
    const failures = told.filter(({ event, agent }) => event === "failed" && agent === "broken");
    const tries = timesOf("broken", "changed");
    expect(failures).toHaveLength(tries.length);
    for (const [index, { time, exitStatus, lines, nextTryMs }] of failures.entries()) {
      expect({ exitStatus, lines }).toEqual({
        exitStatus: 7,
        lines: expect.arrayContaining(["no work without a key"]),
      });
      const next = (tries[index] ?? 0) + delayAfter(index + 1);
      expect(Math.abs(Date.parse(time) + Number(nextTryMs) - next)).toBeLessThan(slackMs);
    }
    const crashes = told.filter(({ event, agent }) => event === "crashed" && agent === "fragile");
    expect(crashes).toMatchObject([{ exitStatus: 7 }]);
    expect(told.filter(({ event }) => event === "recovered")).toEqual([]);
  });

  it("the watch needs less than 275 ms of a processor for each try", () => {
    const tries = timesOf("broken", "changed").length + timesOf("fragile", "changed").length;
    const each = usedMs / (tries + 1); // and for the edit
    measured(`crash loop: the watch has used ${usedMs} ms in ${lastedMs} ms, ${each} ms for each try`);
    expect(usedMs).toBeGreaterThan(0);
    // With the tries ever rarer, that is less than 3 % of a processor in the first two minutes.
    expect(each).toBeLessThan(275);
  });

  it("the others are not touched, and an edit of one of them is applied at once", async () => {
    const changed = changes(before.units, (await takeSnapshot(box)).units);
    // systemd may be about to start one of the two again.
    expect(changed.filter((change) => !/ (?:broken|fragile)$/.test(change))).toEqual(["~ edited"]);
    expect(editTook).toBeLessThan(2_000 * (await slowness(box)));
  });

  it("an edit that fixes it is tried at once, and later it is reported to run again", async () => {
    const { length } = await watch.told();
    const began = await strike(box, "true");
    await declare(box, fleetOf("sonnet", failing(waits)));
    const took = (await mendedMs(watch, /^broken started: /, length)) - began;
    expect(took).toBeLessThan(2_000 * (await slowness(box)));
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
