import { beforeAll, describe, expect, it } from "vitest";
import { says } from "../support/fleet/effect.ts";
import { apply, declare, fleet, plan, waits } from "../support/fleet/fleet.ts";
import { changes, takeSnapshot } from "../support/fleet/snapshot.ts";
import { openTerminal, type Terminal } from "../support/rig/terminal.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { asDeclared, causesIn, mendedIn, mendedMs, strike } from "../support/watch/mending.ts";
import { type RunningWatch, startWatch } from "../support/watch/watcher.ts";

/** At work as long as a file is there. */
const works = "while [ -e ~/work/busy ]; do date; sleep 0.1; done; exec sleep 1000";

const fleetOf = (models: { readonly worker: string; readonly visited: string }) => ({
  defaults: { onChange: "when-idle", idleAfter: "2s" },
  agents: {
    worker: { command: works, env: { MODEL: models.worker } },
    visited: { command: waits, env: { MODEL: models.visited } },
    suspended: { command: waits },
    other: { command: waits },
  },
});
const changed = "env-changed env.MODEL";

/** times/repairs.test.ts shows how soon it goes on. The resync is far away, so it does not wait for that. */
describe("A watch leaves alone", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  beforeAll(async () => {
    await box.write("~/work/busy", "");
    await declare(box, fleetOf({ worker: "opus", visited: "opus" }));
    await apply(box);
    watch = await startWatch(box, ["--resync", "10m"]);
    await watch.settled();
  });

  /** Waits until an agent has been quiet for so long with somebody attached. */
  async function isQuiet(agent: string, seconds: number): Promise<void> {
    await until(`${agent} is quiet for ${seconds} s with somebody attached`, async () => {
      const { agents } = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
        agents: readonly { name: string; attached: number; idleSeconds: number | null }[];
      };
      return agents.some(
        (each) => each.name === agent && each.attached > 0 && (each.idleSeconds ?? 0) >= seconds,
      );
    });
  }

  async function attach(agent: string): Promise<Terminal> {
    const terminal = await openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", `=${agent}`]);
    await terminal.waitFor("up");
    return terminal;
  }

  it("an agent that is suspended and that a person has stopped, until it is resumed", async () => {
    expect((await fleet(box, "suspend", "suspended")).code).toBe(0);
    await strike(box, "systemctl --user stop mosaic-agent@suspended");
    const { length } = await watch.told();
    // Its repair after it shows that the watch has looked.
    await strike(box, "systemctl --user stop mosaic-agent@other");
    await mendedMs(watch, /^other started: not-running$/, length);
    expect(says(await plan(box))).toEqual({ suspended: "pending: not-running" });

    await strike(box, "rm mosaic/fleet/agents/suspended.suspended");
    await mendedMs(watch, /^suspended started: not-running$/, length);
    await asDeclared(box, ["other", "suspended", "visited", "worker"]);
    expect(mendedIn((await watch.settled()).slice(length))).toHaveLength(2);
  });

  it("a changed agent that is idle, as long as a person is attached", async () => {
    // The mode of the tmux socket changes with the first client and with the last one. Nobody notices this one.
    const [visitor, another] = await Promise.all(["visited", "other"].map(attach));
    const before = await takeSnapshot(box);
    const { length } = await watch.told();
    await declare(box, fleetOf({ worker: "opus", visited: "sonnet" }));
    const { hold } = await watch.waitFor("it waits", ({ event }) => event === "waiting", length);
    expect(hold).toBe("busy");
    await isQuiet("visited", 4);
    expect(says(await plan(box))).toEqual({ visited: `pending: ${changed}` });
    expect(changes(before.units, (await takeSnapshot(box)).units)).toEqual([]);

    await visitor?.close();
    await mendedMs(watch, /^visited restarted: env-changed env.MODEL$/, length);
    expect(changes(before.units, (await takeSnapshot(box)).units)).toEqual(["~ visited"]);
    await another?.close();
    expect(causesIn((await watch.settled()).slice(length)).at(-1)).toBe("due");
  });

  it("a changed agent that is busy, until it is idle", async () => {
    const before = await takeSnapshot(box);
    const { length } = await watch.told();
    await declare(box, fleetOf({ worker: "sonnet", visited: "sonnet" }));
    const { hold } = await watch.waitFor("it waits", ({ event }) => event === "waiting", length);
    expect(hold).toBe("busy");
    expect(changes(before.units, (await takeSnapshot(box)).units)).toEqual([]);

    const ended = await strike(box, "rm ~/work/busy");
    const took = (await mendedMs(watch, /^worker restarted: env-changed env.MODEL$/, length)) - ended;
    // Not sooner than it counts as idle; tmux tells the time of the last output in whole seconds.
    expect(took).toBeGreaterThan(1_000);
    expect(changes(before.units, (await takeSnapshot(box)).units)).toEqual(["~ worker"]);
    expect(mendedIn((await watch.settled()).slice(length))).toEqual([
      "worker restarted: env-changed env.MODEL",
    ]);
  });
});
