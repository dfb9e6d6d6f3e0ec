import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, waits } from "../support/fleet/fleet.ts";
import { measured } from "../support/rig/measured.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { startWatch } from "../support/watch/watcher.ts";

const rounds = 12;
const debounceMs = 200;

describe("a watch of 100 agents", () => {
  const measure = fileURLToPath(new URL("../support/watch/measure-saves.mjs", import.meta.url));
  const box = useSandbox({ visible: { "rig/measure-saves.mjs": measure } });
  beforeAll(async () => {
    const agents = Array.from({ length: 100 }, (_, index) => [
      `agent-${index + 1}`,
      index === 0 ? { env: { TURN: "none" } } : {},
    ]);
    await declare(box, {
      runtimes: { quiet: { command: waits } },
      defaults: { runtime: "quiet", onChange: "restart" },
      agents: Object.fromEntries(agents),
    });
    await apply(box);
  });

  it(`has restarted a changed agent within the debounce and 1.5 times a one-shot apply, and 300 ms at most`, async () => {
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
