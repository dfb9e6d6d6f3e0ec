import { describe, expect, it } from "vitest";
import { apply, declare, plan } from "../../support/fleet/fleet.ts";
import { expectRunning, leavesDaemon, mainPids, processLines } from "../../support/fleet/many.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const runtimes = { busy: { command: leavesDaemon } };

// test/fleet/many-agents starts and destroys 500 of them at once.
describe("many agents", () => {
  const box = useSandbox();

  async function declareMany(count: number, settings: object): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => `agent-${index + 1}`);
    const defaults = { runtime: "busy", onChange: "restart", ...settings };
    await declare(box, { runtimes, defaults, agents: Object.fromEntries(names.map((name) => [name, {}])) });
  }

  it("survive two rounds of start, restart and stop, 50 of them at once", async () => {
    await declareMany(1, {});
    await apply(box);
    await declareMany(1, { state: "stopped" });
    await apply(box);
    const idle = await processLines(box);
    // After the first round the machine is as before it: a further round would begin like the second.
    for (let round = 1; round <= 2; round++) {
      await declareMany(50, { env: { ROUND: `${round}` } });
      await apply(box);
      await expectRunning(box, 50);
      const started = await mainPids(box);

      await declareMany(50, { env: { ROUND: `${round}, again` } });
      await apply(box);
      await expectRunning(box, 50);
      const restarted = await mainPids(box);
      expect([...restarted].filter((pid) => started.has(pid))).toEqual([]);

      await declareMany(50, { state: "stopped" });
      await apply(box, "--allow-remove-all");
      await expectRunning(box, 0);
      expect(await processLines(box)).toEqual(idle);
    }
    expect((await plan(box)).actions).toEqual([]);
  });
});
