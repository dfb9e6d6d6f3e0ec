import { describe, expect, it } from "vitest";
import { sessions, systemctl, unitOf } from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

// test/fleet/faults/stress plays five such rounds, with the same units and programs that leave daemons behind.
describe("50 agents at once", () => {
  const box = useUnits();

  const agents = Array.from({ length: 50 }, (_, index) => `agent-${index + 1}`).toSorted();
  const units = agents.map(unitOf);

  async function statesOfUnits(): Promise<Record<string, number>> {
    const pattern = unitOf("*");
    const list = await systemctl(box, "list-units", "--all", "--plain", "--no-legend", pattern);
    const counts: Record<string, number> = {};
    for (const line of list.split("\n").filter(Boolean)) {
      const state = line.split(/\s+/).slice(2, 4).join(" ");
      counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  }
  /** Counts the processes for each agent: the pane's, its command and the main process. */
  const processes = async (): Promise<number> =>
    Number(
      await box.sh(
        "ps -eo args= | grep -Ec '^(sleep 4325|/bin/sh [^ ]*/start-agent-session.sh (--pane|agent-))' || :",
      ),
    );

  it("start, restart and stop twice without a failure or leftovers", async () => {
    await box.sh(`for agent in ${agents.join(" ")}; do
      echo 'MOSAIC_AGENT_COMMAND=sleep 4325' >~/.config/mosaic/fleet/agents/$agent.env; done`);
    for (let round = 1; round <= 2; round++) {
      for (const verb of ["start", "restart"]) {
        await systemctl(box, verb, ...units);
        expect([verb, await statesOfUnits()]).toEqual([verb, { "active running": 50 }]);
        expect(await sessions(box)).toEqual(agents);
        expect(await processes()).toBe(150);
      }
      await systemctl(box, "stop", ...units);
      expect(await statesOfUnits()).toEqual({});
      expect(await sessions(box)).toEqual([]);
      expect(await processes()).toBe(0);
    }
  });
});
