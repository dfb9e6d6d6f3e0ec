import { beforeAll, describe, expect, it } from "vitest";
import { countedRun, placeCounters, type Cost } from "../support/fleet/counted.ts";
import { fleetOf } from "../support/fleet/fleet-of.ts";
import { declare } from "../support/fleet/fleet.ts";
import { measured } from "../support/rig/measured.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

describe("what a run costs in processes", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await placeCounters(box);
  });

  /** Returns the cost of each step in the life of a fleet of so many agents. */
  async function life(count: number): Promise<Readonly<Record<string, Cost>>> {
    await declare(box, fleetOf(count, "first"));
    const first = {
      "first plan": await countedRun(box, "plan"),
      "first apply": await countedRun(box, "apply", "--yes"),
      "plan of an unchanged fleet": await countedRun(box, "plan"),
      "apply of an unchanged fleet": await countedRun(box, "apply", "--yes"),
      status: await countedRun(box, "status"),
    };
    await declare(box, fleetOf(count, "second"));
    return {
      ...first,
      "plan of one change": await countedRun(box, "plan"),
      "apply of one change": await countedRun(box, "apply", "--yes"),
      destroy: await countedRun(box, "destroy", "--yes"),
    };
  }

  it("does not depend on the number of agents", async () => {
    const five = await life(5);
    const fiveHundred = await life(500);
    expect(fiveHundred).toEqual(five);

    for (const [step, { code, commands, programs }] of Object.entries(five)) {
      measured(`${step}: ${programs.length} processes: ${programs.join(" ")}`);
      expect({ step, code }).toEqual({ step, code: 0 });
      expect(programs.length).toBeGreaterThanOrEqual(commands.length);
    }
    const reading = ["systemctl", "tmux"];
    expect(five["plan of an unchanged fleet"]?.programs).toEqual(reading);
    // Here lingering is off, as far as logind's own file tells: then status asks logind.
    expect([...(five["status"]?.programs ?? [])].sort()).toEqual(["loginctl", ...reading]);
    expect(five["first apply"]?.commands.filter((command) => command.includes("daemon-reload"))).toHaveLength(
      1,
    );
  }, 240_000);
});
