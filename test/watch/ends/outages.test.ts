import { beforeAll, describe, expect, it } from "vitest";
import { startWatch, type RunningWatch } from "../../support/watch/watcher.ts";
import { apply, declare, waits } from "../../support/fleet/fleet.ts";
import { slowness } from "../../support/measure/slowness.ts";
import { canRestartManager } from "../../support/rig/manager.ts";
import { measured } from "../../support/rig/measured.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import {
  asDeclared,
  byEvents,
  byResync,
  mendedIn,
  mendedMs,
  startedMs,
  strike,
} from "../../support/watch/mending.ts";

/** systemd starts the first two again by itself, and `loner` never. */
const agents = {
  anna: { command: waits },
  bert: { command: waits },
  loner: { command: waits, restart: { policy: "no" } },
};
const names = Object.keys(agents);

describe.each([
  ["within 2 s of its event", byEvents],
  ["within the resync interval, without events", byResync],
])("An outage of the whole fleet is fixed %s:", (_, { args, limitMs }) => {
  const box = useSandbox();
  beforeAll(async () => {
    await canRestartManager(box);
    await declare(box, { agents });
    await apply(box);
  });

  /**
   * Starts a watch, which knows of no attempts yet and has to wait for none. Waits for its first look: otherwise the request
   * of settled() leads to a second look, which may be under way when the outage begins.
   */
  const openWatch = (): Promise<RunningWatch> =>
    startWatch(box, args, { isReady: ({ event }) => event === "in-line" });

  /** Returns the time until all agents have been started again, ms. */
  async function allStarted(since: number): Promise<number> {
    const started = await until("all agents are started again", async () => {
      const times = await Promise.all(names.map((name) => startedMs(box, name)));
      return times.every((time) => time > since) && times;
    });
    return Math.max(...started) - since;
  }

  it.each([
    [
      "a tmux server that is killed with -9",
      "kill -9 $(tmux -N -L mosaic-factory display-message -p '#{pid}')",
      ["loner"],
    ],
    ["a tmux server that is told to end", "tmux -N -L mosaic-factory kill-server", ["loner"]],
    ["a holder that is stopped, and all agents with it", "systemctl --user stop mosaic-tmux-holder", names],
  ])("%s", async (what, blow, byWatch) => {
    const watch = await openWatch();
    const { length } = await watch.settled();
    const began = await strike(box, blow);
    const took = await allStarted(began);
    await asDeclared(box, names);
    const told = (await watch.settled()).slice(length);
    await watch.stop();
    const started = mendedIn(told).map((line) => line.replace(/ started: .*/, ""));
    // The next agents of systemd may be stopped at the moment of the look: the same start, asked for twice.
    expect(started).toEqual(expect.arrayContaining([...byWatch]));
    expect(started).toEqual([...new Set(started)]);
    measured(`${what}: ${took} ms`);
    expect(took).toBeLessThan(limitMs * (await slowness(box)));
  });

  it("a user manager that is ended, and another one started; and events under the new one", async () => {
    const watch = await openWatch();
    const { length } = await watch.settled();
    await box.sh("/tmp/end-manager");
    await watch.waitFor("it tells that there is no manager", ({ event }) => event === "problem", length);
    const began = await strike(box, "/tmp/start-manager");
    const { time } = await watch.waitFor("that is over", ({ event }) => event === "problem-over", length);
    const seen = Date.parse(time) - began;
    const took = await allStarted(began);
    await asDeclared(box, names);
    await watch.settled();

    const { length: later } = await watch.told();
    const stopped = await strike(box, "systemctl --user stop mosaic-agent@bert");
    const mended = (await mendedMs(watch, /^bert started: not-running$/, later)) - stopped;
    await asDeclared(box, names);
    await watch.stop();
    measured(`a new manager: seen after ${seen} ms, all run after ${took} ms; a stop under it: ${mended} ms`);
    expect(Math.max(seen, took, mended)).toBeLessThan(limitMs * (await slowness(box)));
  });
});
