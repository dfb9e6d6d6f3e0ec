import { beforeAll, describe, expect, it } from "vitest";
import { startWatch, type RunningWatch } from "../../support/watch/watcher.ts";
import { apply, declare, waits } from "../../support/fleet/fleet.ts";
import { canRestartManager } from "../../support/rig/manager.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { asDeclared, byEvents, byResync, mendedIn, strike } from "../../support/watch/mending.ts";
import { allStarted, managerTimes } from "../../support/watch/outages.ts";

/** systemd starts the first two again by itself, and `loner` never. */
const agents = {
  anna: { command: waits },
  bert: { command: waits },
  loner: { command: waits, restart: { policy: "no" } },
};
const names = Object.keys(agents);

/** ../times/repairs.test.ts shows how soon. */
describe.each([
  ["by its event", byEvents],
  ["by the resync, without events", byResync],
])("An outage of the whole fleet is fixed %s:", (_, { args }) => {
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

  it.each([
    [
      "a tmux server that is killed with -9",
      "kill -9 $(tmux -N -L mosaic-factory display-message -p '#{pid}')",
      ["loner"],
    ],
    ["a tmux server that is told to end", "tmux -N -L mosaic-factory kill-server", ["loner"]],
    ["a holder that is stopped, and all agents with it", "systemctl --user stop mosaic-tmux-holder", names],
  ])("%s", async (_what, blow, byWatch) => {
    const watch = await openWatch();
    const { length } = await watch.settled();
    await allStarted(box, names, await strike(box, blow));
    await asDeclared(box, names);
    const told = (await watch.settled()).slice(length);
    await watch.stop();
    const started = mendedIn(told).map((line) => line.replace(/ started: .*/, ""));
    // The next agents of systemd may be stopped at the moment of the look: the same start, asked for twice.
    expect(started).toEqual(expect.arrayContaining([...byWatch]));
    expect(started).toEqual([...new Set(started)]);
  });

  it("a user manager that is ended, and another one started; and events under the new one", async () => {
    const watch = await openWatch();
    await managerTimes(box, watch, names, "bert");
    await watch.stop();
  });
});
