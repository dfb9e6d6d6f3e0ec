import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, waits } from "../support/fleet/fleet.ts";
import { changes, takeSnapshot } from "../support/fleet/snapshot.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { asDeclared, mendedIn, mendedMs } from "../support/watch/mending.ts";
import { type RunningWatch, startWatch } from "../support/watch/watcher.ts";

/** A program that notes its start, and ends when it is killed after its stop timeout. */
const stubborn = "echo $MODEL >>~/work/starts; trap '' TERM HUP; sleep 1000";

const fleetOf = ([slow = "", quick = "", other = ""]: readonly string[]) => ({
  defaults: { onChange: "restart" },
  agents: {
    slow: { command: stubborn, stopTimeout: "30s", env: { MODEL: slow } },
    quick: { command: waits, env: { MODEL: quick } },
    other: { command: waits, env: { MODEL: other } },
    same: { command: waits },
  },
});

describe("While an agent takes 30 s to stop", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  beforeAll(async () => {
    await declare(box, fleetOf(["opus", "opus", "opus"]));
    await apply(box);
    watch = await startWatch(box);
    await watch.settled();
  });

  /** Edits the fleet, and waits until the edit has reached an agent. */
  async function edit(models: readonly string[], agent: string): Promise<void> {
    const { length } = await watch.told();
    await declare(box, fleetOf(models));
    await mendedMs(watch, new RegExp(`^${agent} restarted: env-changed env.MODEL$`), length);
  }

  it("others are edited before it has stopped, and no agent is restarted twice", async () => {
    const before = await takeSnapshot(box);
    const { length } = await watch.told();
    const isSlow = async (since: number) =>
      watch.waitFor(
        "it tells that the stop is slow",
        ({ event, units }) => event === "slow" && String(units) === "mosaic-agent@slow.service",
        since,
      );
    await declare(box, fleetOf(["sonnet", "opus", "opus"]));
    await watch.waitFor("the restart is begun", ({ event }) => event === "applying", length);

    // Before it is known to be slow, and after that; the slow one too, while it stops.
    await edit(["sonnet", "sonnet", "opus"], "quick");
    const { length: later } = await watch.told();
    await isSlow(later);
    await edit(["haiku", "sonnet", "sonnet"], "other");
    // Both have reached their agents while the slow one still stops; times/restarts.test.ts shows how soon.
    expect(await box.read("~/work/starts")).toBe("opus\n");
    const first = (await watch.told()).slice(length);
    expect(first.filter(({ wasCut }) => wasCut === true)).not.toEqual([]);

    const starts = (): Promise<string> => box.read("~/work/starts");
    await until("the slow one is started", async () => (await starts()) !== "opus\n", 45_000);
    await asDeclared(box, ["other", "quick", "same", "slow"]);
    const told = (await watch.settled()).slice(length);
    expect(await starts()).toBe("opus\nhaiku\n");
    // Also of the slow one, though nobody waited for it.
    expect(
      mendedIn(told)
        .map((line) => line.replace(/:.*/, ""))
        .toSorted(),
    ).toEqual(["other restarted", "quick restarted", "slow restarted"]);
    expect(changes(before.units, (await takeSnapshot(box)).units)).toEqual(["~ other", "~ quick", "~ slow"]);
    expect(told.filter(({ event }) => event === "problem")).toEqual([]);
  });
});
