import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { fleetOf } from "../support/fleet/fleet-of.ts";
import { measureProgram, mediansOf } from "../support/measure/medians.ts";
import { measured } from "../support/rig/measured.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { apply, declare } from "../support/fleet/fleet.ts";
import { startWatch } from "../support/watch/watcher.ts";

const measureSaves = fileURLToPath(new URL("../support/watch/measure-saves.mjs", import.meta.url));
const debounceMs = 200;

describe("With 100 agents,", () => {
  const box = useSandbox({ visible: { ...measureProgram, "rig/measure-saves.mjs": measureSaves } });
  beforeAll(async () => {
    await declare(box, fleetOf(100, "first"));
    await apply(box);
  });

  const readings = [
    ["systemctl", "--user", "list-units", "--all", "--full", "--output=json", "mosaic-*"],
    ["tmux", "-N", "-L", "mosaic-factory", "list-panes", "-a"],
  ];
  const node = ["node", "-e", "0"];

  it("the time of a plan or status is a few times that of the programs it needs", async () => {
    const contenders = {
      bare: [node, ...readings],
      plan: [["fleet", "plan"]],
      status: [["fleet", "status"]],
    };
    const medians = await mediansOf(box, contenders);
    const ratio = { plan: medians.plan / medians.bare, status: medians.status / medians.bare };
    measured("ms:", medians, "ratio:", ratio);
    // Measured: 1.8 to 2.0.
    expect(ratio.plan).toBeLessThan(2.7);
    // It also asks the kernel for the memory of each agent. Measured: 2.5 to 2.6 alone, and 3.3 next to other work.
    expect(ratio.status).toBeLessThan(3.6);
  });

  it("the time of an apply of one change is a few times that too, including the restart", async () => {
    const restart = ["systemctl", "--user", "restart", "mosaic-agent@agent-1.service"];
    const medians = await mediansOf(box, {
      bare: [node, ...readings, restart, ...readings],
      // Another variable each time: its text grows.
      apply: [
        ["sed", "-i", "s/TURN: /&x/", "fleet.yaml"],
        ["fleet", "apply", "--yes"],
      ],
    });
    const ratio = medians.apply / medians.bare;
    measured("ms:", medians, "ratio:", ratio);
    // It waits until the agent has come to rest. Measured: 1.9 to 2.2.
    expect(ratio).toBeLessThan(3);
  });

  it("a watch has restarted a changed agent within the debounce and 1.5 times a one-shot apply, and 300 ms at most", async () => {
    const rounds = 12;
    const watch = await startWatch(box);
    await watch.settled();
    const script = `node /run/fleet/rig/measure-saves.mjs agent-1 ${watch.pid} ${watch.log} ${rounds}`;
    const times = JSON.parse(await box.sh(script, { cwd: "~/work", timeoutMs: 120_000 })) as {
      readonly watch: readonly number[];
      readonly apply: readonly number[];
    };
    await watch.stop();
    const ms = { watch: median(times.watch), apply: median(times.apply) };
    measured("median ms from the save to the restart:", ms, "beyond the debounce:", ms.watch - debounceMs);
    expect(times.watch).toHaveLength(rounds);
    expect(ms.watch).toBeLessThanOrEqual(debounceMs + 1.5 * ms.apply);
    // If other work keeps the machine too busy for a fast apply, the result says nothing about the watch.
    expect(ms.watch).toBeLessThan(debounceMs + 300 * Math.max(1, ms.apply / 300));
  }, 180_000);
});

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Infinity;
}
