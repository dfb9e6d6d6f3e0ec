import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { unwrapped } from "../../support/fleet/saving.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const told =
  "The command of daemon went to the background: it ended with exit status 0 and left sleep, which ended with the agent.";

describe("An agent whose command goes to the background", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      agents: {
        daemon: { command: "(setsid nohup sleep 1000 >/dev/null 2>&1 &)" },
        visitor: { command: "echo bye" },
        stays: { command: waits },
      },
    });
  });

  it("is reported by the apply that starts it, with advice", async () => {
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code, ran.stdout + ran.stderr).toBe(4);
    expect(unwrapped(ran.stderr)).toContain(
      "agent daemon: its command went to the background: it ended with exit status 0 and left sleep",
    );
    expect(unwrapped(ran.stderr)).toContain("have it run in the foreground");
  });

  it("is reported by each plan, status and apply, and differs from one that just ends", async () => {
    await until("both have ended", async () => {
      const { stdout } = await fleet(box, "status");
      return /^daemon +stopped/m.test(stdout) && /^visitor +stopped/m.test(stdout);
    });
    const { notes } = await plan(box);
    expect(notes).toEqual([
      `${told} Have it run in the foreground (many programs have an option for that).`,
      "The command of visitor ended by itself with exit status 0, and is started again, at once by: fleet start visitor. " +
        "If its work is done then, declare it as a job: run: once.",
    ]);
    expect((await fleet(box, "status")).stdout).toContain(told);
    expect((await fleet(box, "apply", "--yes")).stdout).toContain(told);
    expect(await box.sh("pgrep -u $(id -u) -x sleep -a || :")).not.toContain("sleep 1000\nsleep 1000\n");
  });

  it("is no longer reported when it runs in the foreground", async () => {
    await declare(box, {
      agents: {
        daemon: { command: "exec sleep 1000" },
        visitor: { command: waits },
        stays: { command: waits },
      },
    });
    await apply(box);
    expect((await plan(box)).notes).toEqual([]);
  });
});
