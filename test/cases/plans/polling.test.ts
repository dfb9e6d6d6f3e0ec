import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch, type RunningWatch } from "../../support/watch/watcher.ts";

const limit = Number(readFileSync("/proc/sys/fs/inotify/max_user_instances", "utf8"));
/** The instances are those of the user: a test must not use up those of other tests. */
const canUseUp = process.getuid?.() === 0 && limit <= 512;

const turn = (number: number): FleetFile => ({
  defaults: { onChange: "restart" },
  agents: { a: { command: waits, env: { TURN: String(number) } } },
});

// Each tail(1) takes one instance, and says so when there is none.
const useUp = `
  touch ~/followed
  for number in $(seq ${limit + 10}); do tail -f ~/followed >/dev/null 2>>~/tails.err & echo $! >>~/tails; done
  until grep -q 'inotify' ~/tails.err; do sleep 0.1; done`;

describe.runIf(canUseUp)("A watch without any inotify instance left for its user", () => {
  const box = useSandbox({ uid: 4322 });
  let watch: RunningWatch;
  beforeAll(async () => {
    await declare(box, turn(0));
    await apply(box);
    await box.sh(useUp);
    watch = await startWatch(box, ["--resync", "10m"]);
  });

  async function edit(number: number): Promise<void> {
    const { length } = await watch.told();
    await declare(box, turn(number));
    await watch.waitFor("the edit is applied", ({ event }) => event === "applied", length);
  }

  const status = async (): Promise<string> => (await fleet(box, "status")).stdout;

  it("says once that it polls, why, and which limit to raise, as the status does", async () => {
    const told = await watch.settled();
    expect(told.filter(({ event }) => event === "polling" || event === "note")).toEqual([
      expect.objectContaining({
        event: "polling",
        everyMs: 1_000,
        polled: [expect.objectContaining({ why: "no-instances", folders: ["/"] })],
      }),
    ]);
    expect(await status()).toMatch(
      /^Note: Changes in \d+ folders \(\/ and below\) are found by polling, every 1 s: .*\(EMFILE\).*sudo sysctl fs\.inotify\.max_user_instances=1024\./m,
    );
  });

  it("applies an edit anyway, long before the resync", async () => {
    await edit(1);
    await edit(2);
    expect((await watch.told()).filter(({ event }) => event === "polling")).toHaveLength(1);
  });

  it("returns to events by itself when instances are free, and says so", async () => {
    const { length } = await watch.told(); // before: the watch may notice the room at once
    await box.sh("kill $(cat ~/tails)");
    await until("it polls no more", async () => {
      await watch.signal("HUP");
      return (await watch.told()).slice(length).some(({ event }) => event === "polling-over");
    });
    expect(await status()).not.toContain("polling");
    await edit(3);
  });
});
