import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { declare, dropIn, installUnits, property, systemctl, unitOf } from "../support/units/fleet.ts";

const script = "~/.config/mosaic/tools/fleet/start-agent-session.sh";

/**
 * Agents started by an older version of the script make these calls to its replacement. If this test fails, an upgrade
 * would end agents without their exit status, or without the time to save.
 */
describe("the start script, as it calls itself and as units call it", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await installUnits(box);
    // Sourced, so that $0 and the name of the process stay the script's.
    await box.sh(`mv ${script} ~/script
      printf '%s\\n' '#!/bin/sh' 'echo "$*" >>/run/home/calls' '. /run/home/script' >${script}
      chmod +x ${script}`);
  });

  const calls = async () => ((await box.read("~/calls")) ?? "").trimEnd().split("\n");

  it("keeps the arguments that a running agent uses at its end", async () => {
    await dropIn(box, "a", "[Service]\nRestart=no\n");
    await declare(box, "a", { MOSAIC_AGENT_COMMAND: "exit 3" });
    await systemctl(box, "start", unitOf("a"));
    await until("its end is over", async () => (await calls()).some((call) => call.startsWith("--stopped")));
    await until("it has failed", async () => (await property(box, "a", "ActiveState")) === "failed");
    expect(await property(box, "a", "ExecMainStatus")).toBe("3");
    const directory = `/run/user/${box.uid}/mosaic-agent/a`;
    const starter = (await calls())[2]?.split(" ").at(-1) ?? "";
    expect(starter).toMatch(/^\d+$/);
    expect(await calls()).toEqual([
      "--holder",
      "a",
      expect.stringMatching(
        new RegExp(`^--pane a ${directory} /sys/fs/cgroup\\S+/${unitOf("a")} ${directory}/ready ${starter}$`),
      ),
      `--ended a ${unitOf("a")} ${starter}`,
      "--stopped a",
    ]);
  });
});
