import { describe, expect, it } from "vitest";
import { delayAfter } from "../../../src/watch/loop/back-off.ts";
import { declare, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { expectWithin } from "../../support/measure/expect-within.ts";
import { processorMs } from "../../support/measure/processor-ms.ts";
import { measured } from "../../support/rig/measured.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { byEvents, mendedMs, strike, watchOf } from "../../support/watch/mending.ts";
import type { RunningWatch } from "../../support/watch/watcher.ts";

/** The other tests of a watch show that it does all this, and these ones how soon. They share a sandbox. */
describe("A watch", { timeout: 180_000 }, () => {
  const box = useSandbox();

  it("restarts a changed agent soon after it has fallen quiet, or after the last person has left", async () => {
    const fleetOf = (model: string): FleetFile => ({
      defaults: { onChange: "when-idle", idleAfter: "2s", env: { MODEL: model } },
      agents: {
        worker: { command: "while [ -e ~/work/busy ]; do date; sleep 0.1; done; exec sleep 1000" },
        visited: { command: waits },
        other: { command: waits },
      },
    });
    await box.write("~/work/busy", "");
    const watch = await watchOf(box, fleetOf("opus"), byEvents);
    // The mode of the tmux socket changes with the first client and with the last one. Nobody notices this one.
    const [visitor, another] = await Promise.all(
      ["visited", "other"].map(async (agent) => {
        const attach = ["tmux", "-L", "mosaic-factory", "attach", "-t", `=${agent}`];
        const terminal = await openTerminal(box, attach);
        await terminal.waitFor("up");
        return terminal;
      }),
    );
    const { length } = await watch.told();
    await declare(box, fleetOf("sonnet"));
    for (const name of ["worker", "visited"])
      await watch.waitFor(
        `${name} waits`,
        ({ event, agent }) => event === "waiting" && agent === name,
        length,
      );
    const quietAt = await strike(box, "rm ~/work/busy");
    const quiet = (await mendedMs(watch, /^worker restarted: /, length)) - quietAt;
    const leftAt = await strike(box, "true");
    await visitor?.close();
    const left = (await mendedMs(watch, /^visited restarted: /, length)) - leftAt;
    await another?.close();
    await watch.stop();
    measured(`restarted ${quiet} ms after the last output, and ${left} ms after the last one has left`);
    // It looks each second at its own work and each 5 s at people; tmux tells whole seconds.
    const limits = { quiet: 2_000 + 1_000 + 2_000, left: 5_000 + 2_000 };
    expectWithin(1, [quiet / limits.quiet, left / limits.left]);
  });

  /** Returns the time that an edit takes to reach an agent, ms. */
  async function editTime(watch: RunningWatch, agent: string, content: FleetFile): Promise<number> {
    const { length } = await watch.told();
    const began = await strike(box, "true");
    await declare(box, content);
    return (await mendedMs(watch, new RegExp(`^${agent} (?:re)?started: `), length)) - began;
  }

  it("tries failing agents on time, with less than 275 ms of a processor for each try, and edits others within 2 s", async () => {
    const fails = "echo no work without a key; exit 7";
    const fleetOf = (model: string, command: string, more: object = {}): FleetFile => ({
      defaults: { onChange: "restart" },
      agents: {
        healthy: { command: waits, replicas: 5 },
        edited: { command: waits, env: { MODEL: model } },
        ...more,
        broken: { command, restart: { policy: "no" } },
      },
    });
    const fragile = { fragile: { command: fails } };
    const watch = await watchOf(box, fleetOf("opus", waits), byEvents);
    const { length } = await watch.told();
    const usedBefore = await processorMs(box, watch.pid);
    await declare(box, fleetOf("opus", fails, fragile));
    const tries = (agent: string) =>
      until(`${agent} was tried three times`, async () => {
        const events = (await watch.told()).slice(length);
        const times = events.filter((each) => each.agent === agent && each.event === "changed");
        return times.length >= 3 && times.map(({ time }) => Date.parse(time));
      });
    const [broken, again] = await Promise.all([tries("broken"), tries("fragile")]);
    const edit = await editTime(watch, "edited", fleetOf("sonnet", fails, fragile));
    const fix = await editTime(watch, "broken", fleetOf("sonnet", waits, fragile));
    const usedMs = (await processorMs(box, watch.pid)) - usedBefore;
    const count = (await watch.told()).slice(length).filter(({ event }) => event === "changed").length;
    await watch.stop();
    const [first = 0, second = 0, third = 0] = broken;
    const late = [second - first - delayAfter(1), third - second - delayAfter(2)];
    measured("crash loop:", { broken, again, usedMs, count, late, edit, fix });
    expect(Math.max(...late)).toBeLessThan(5_000);
    expect(usedMs).toBeGreaterThan(0);
    // With the tries ever rarer, that is less than 3 % of a processor in the first two minutes.
    expect(usedMs / count).toBeLessThan(275);
    expectWithin(2_000, [edit, fix]);
  });

  // The last one: its agent is still about to stop.
  it("edits others within 4 s while an agent takes 30 s to stop, and at once when that is known", async () => {
    const fleetOf = ([slow, early, late]: readonly [string, string, string]): FleetFile => ({
      defaults: { onChange: "restart" },
      agents: {
        slow: { command: "trap '' TERM HUP; sleep 1000", stopTimeout: "30s", env: { MODEL: slow } },
        early: { command: waits, env: { MODEL: early } },
        late: { command: waits, env: { MODEL: late } },
      },
    });
    const watch = await watchOf(box, fleetOf(["a", "a", "a"]), byEvents);
    const { length } = await watch.told();
    await declare(box, fleetOf(["b", "a", "a"]));
    await watch.waitFor("the restart is begun", ({ event }) => event === "applying", length);
    const early = await editTime(watch, "early", fleetOf(["b", "b", "a"]));
    await watch.waitFor("it tells that the stop is slow", ({ event }) => event === "slow", length);
    const late = await editTime(watch, "late", fleetOf(["b", "b", "b"]));
    measured(`an edit beside a slow stop: ${early} ms; once it is known to be slow: ${late} ms`);
    // It is waited for two seconds before all else goes on; the rest is for the change itself.
    expectWithin(4_000, [early, late]);
  });
});
