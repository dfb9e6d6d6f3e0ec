import { describe, expect, it } from "vitest";
import { waits } from "../../support/fleet/fleet.ts";
import { expectWithin } from "../../support/measure/expect-within.ts";
import { canRestartManager } from "../../support/rig/manager.ts";
import { measured } from "../../support/rig/measured.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { agentOf, mendingTime, openScene } from "../../support/watch/drift-scene.ts";
import { drifts } from "../../support/watch/drifts.ts";
import { byEvents, byResync, strike, watchOf } from "../../support/watch/mending.ts";
import { allStarted, managerTimes } from "../../support/watch/outages.ts";

/** The other tests of a watch show that it fixes all this, and these ones how soon. They share a sandbox. */
describe("A watch", { timeout: 180_000 }, () => {
  const box = useSandbox();

  it("fixes a drift of each kind within 2 s of its event", async () => {
    const scene = await openScene(box, byEvents);
    const times: Record<string, number> = {};
    for (const [index, drift] of drifts.entries()) {
      await scene.watch.settled();
      times[drift.what] = await mendingTime(scene, drift, agentOf(index));
    }
    await scene.watch.stop();
    measured("ms from the event to the mending:", times);
    expect(Object.values(times)).toHaveLength(drifts.length);
    expectWithin(byEvents.limitMs, Object.values(times));
  });

  it("fixes all drift at once within its resync interval without events", async () => {
    const scene = await openScene(box, byResync);
    const times: (readonly number[])[] = [];
    for (const isStarted of [true, false]) {
      await scene.watch.settled();
      const some = drifts.filter((drift) => drift.isStarted === isStarted);
      times.push(
        await Promise.all(some.map((drift) => mendingTime(scene, drift, agentOf(drifts.indexOf(drift))))),
      );
    }
    await scene.watch.stop();
    measured("ms of all drifts that start an agent, and of all others, by the resync alone:", times);
    expect(times.flat()).toHaveLength(drifts.length);
    for (const each of times) expectWithin(byResync.limitMs, each);
  });

  it.each([
    ["within 2 s of its event", byEvents],
    ["within the resync interval without events", byResync],
  ])("fixes an outage of the whole fleet %s", async (_, mode) => {
    await canRestartManager(box);
    // systemd starts the first two again after a failure, and `loner` never.
    const agents = {
      anna: { command: waits },
      bert: { command: waits },
      loner: { command: waits, restart: { policy: "no" } },
    };
    const names = Object.keys(agents);
    const watch = await watchOf(box, { agents }, mode);
    const outage = async (blow: string): Promise<number> => {
      await watch.settled();
      return allStarted(box, names, await strike(box, blow));
    };
    // In this order, no agent has to wait because the watch has just tried to start it: it starts all of them, then
    // `bert` seconds later, and then `loner`.
    const holder = await outage("systemctl --user stop mosaic-tmux-holder");
    const { seen, started, mended } = await managerTimes(box, watch, names, "bert");
    const server = await outage("kill -9 $(tmux -N -L mosaic-factory display-message -p '#{pid}')");
    await watch.stop();
    const times = { holder, seen, started, mended, server };
    measured("ms from an outage to the start of all:", times);
    expectWithin(mode.limitMs, Object.values(times));
  });
});
