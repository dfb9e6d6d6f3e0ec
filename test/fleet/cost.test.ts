import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { fleetOf } from "../support/fleet/fleet-of.ts";
import { measured } from "../support/rig/measured.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { apply, declare } from "../support/fleet/fleet.ts";

describe("the time of a run", () => {
  const rounds = 9;
  const measure = fileURLToPath(new URL("../support/measure/measure.mjs", import.meta.url));
  const box = useSandbox({ visible: { "rig/measure.mjs": measure } });
  beforeAll(async () => {
    await declare(box, fleetOf(100, "first"));
    await apply(box);
  });

  const readings = [
    ["systemctl", "--user", "list-units", "--all", "--full", "--output=json", "mosaic-*"],
    ["tmux", "-N", "-L", "mosaic-factory", "list-panes", "-a"],
  ];
  const node = ["node", "-e", "0"];

  /** Runs them in turns; the medians, ms. */
  async function mediansOf<Name extends string>(
    contenders: Readonly<Record<Name, readonly (readonly string[])[]>>,
  ): Promise<Readonly<Record<Name, number>>> {
    const output = await box.sh(`node /run/fleet/rig/measure.mjs ${rounds}`, {
      input: JSON.stringify(contenders),
    });
    return JSON.parse(output) as Record<Name, number>;
  }

  it("is a few times that of the programs it needs, for a plan or status", async () => {
    const contenders = {
      bare: [node, ...readings],
      plan: [["fleet", "plan"]],
      status: [["fleet", "status"]],
    };
    const medians = await mediansOf(contenders);
    const ratio = { plan: medians.plan / medians.bare, status: medians.status / medians.bare };
    measured("ms:", medians, "ratio:", ratio);
    // Measured: 1.8 to 2.0.
    expect(ratio.plan).toBeLessThan(2.7);
    // It also asks the kernel for the memory of each agent. Measured: 2.1 to 2.4.
    expect(ratio.status).toBeLessThan(3.2);
  });

  it("is a few times that too for an apply of one change, including the restart", async () => {
    const restart = ["systemctl", "--user", "restart", "mosaic-agent@agent-1.service"];
    const medians = await mediansOf({
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
});
