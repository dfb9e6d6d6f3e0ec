import { beforeAll, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, waits } from "../../support/fleet/fleet.ts";

/** An agent without an ear for SIGTERM: its stop takes its whole stopTimeout. */
const stubborn = "trap : TERM HUP; while :; do sleep 1; done";

describe("A long apply", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      agents: { deaf: { command: stubborn, stopTimeout: "5s" }, quick: { command: waits } },
    });
    await apply(box);
  });

  it("shows on a terminal how many agents are done, the slow ones and the time, and takes that away", async () => {
    const terminal = await openTerminal(box, ["fleet", "stop", "deaf", "quick", "--yes"]);
    const progress = /Stopping agents: \d of \d, [2-9] s, not yet: deaf/;
    await until("the slow agent is named", async () => progress.test(await terminal.screen()));
    const screen = await until("it is done", async () => {
      const text = await terminal.screen();
      return text.includes("Stop complete:") && text;
    });
    expect(screen).not.toContain("Stopping agents:");
    expect(screen).toContain("Killed after 5 s");
    await terminal.close();
    await apply(box);
  });

  it("prints plain lines elsewhere", async () => {
    const ran = await fleet(box, "stop", "deaf", "quick", "--yes");
    expect(ran.stderr).not.toContain("Stopping agents:");
    expect(ran.stderr).not.toContain("\u001B");
    expect(ran.code).toBe(0);
  });
});
