import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, waits } from "../../support/fleet/fleet.ts";
import { unwrapped } from "../../support/fleet/saving.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const file = "plan.json";

describe("A saved plan with an agent in a crash loop", () => {
  const box = useSandbox();
  let tasks = 500;
  beforeAll(async () => {
    await declare(box, agents());
    await fleet(box, "apply", "--yes");
    await until("flap crashes", async () => Number(await restarts()) > 1);
  });

  function agents(flap: object = {}, coder: object = {}) {
    return {
      defaults: { onChange: "restart" },
      agents: {
        coder: { command: waits, resources: { tasksMax: tasks }, ...coder },
        other: { command: waits },
        flap: {
          command: "sleep 0.7; exit 1",
          restart: { policy: "always", delay: "1s", limit: 10_000, window: "1h" },
          ...flap,
        },
      },
    };
  }
  const restarts = () => box.sh("cat $XDG_RUNTIME_DIR/mosaic-agent/flap/restarts 2>/dev/null || echo 0");
  const show = async (agent: string, name: string): Promise<string> =>
    (await box.sh(`systemctl --user show -P ${name} mosaic-agent@${agent}.service`)).trim();
  const phase = (sub: string) =>
    until(`flap is ${sub}`, async () => (await show("flap", "SubState")) === sub);
  /** Plans at one moment of the loop, and applies at another. */
  async function applyAcross(planned: string, applied: string, flap: object = {}) {
    tasks += 1;
    await declare(box, agents(flap));
    // The last apply may have started it, and its first run is no crash loop yet.
    await until("flap has crashed", async () => Number(await restarts()) > 0);
    await phase(planned);
    const saved = await fleet(box, "plan", "--out", file);
    expect(saved.code, saved.stderr).toBe(0);
    const invocation = await show("flap", "InvocationID");
    await until("flap has crashed again", async () => (await show("flap", "InvocationID")) !== invocation);
    await phase(applied);
    const ran = await fleet(box, "apply", file);
    return { saved, ran };
  }

  it.each([
    ["auto-restart", "running"],
    ["auto-restart", "auto-restart"],
    ["running", "auto-restart"],
    ["running", "running"],
  ])("is executed if it is made in state %s and applied in state %s", async (planned, applied) => {
    const { ran } = await applyAcross(planned, applied);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(await show("coder", "TasksMax")).toBe(String(tasks));
  });

  it("leaves the restart to systemd, and says so", async () => {
    await phase("auto-restart");
    const { stdout } = await fleet(box, "plan", "--out", file);
    const isStill = (await show("flap", "SubState")) === "auto-restart";
    if (isStill) {
      expect(unwrapped(stdout)).toContain(
        "A saved plan does not start agents that systemd is about to start again after a failure: flap.",
      );
    }
    expect(await box.read(`~/work/${file}`)).not.toContain("start:mosaic-agent@flap");
  });

  it.each([
    ["auto-restart", "running", "1"],
    ["running", "auto-restart", "2"],
    ["running", "running", "3"],
  ])(
    "applies an edit of that agent too, planned in state %s and applied in state %s",
    async (planned, applied, value) => {
      const { ran } = await applyAcross(planned, applied, { env: { V: value } });
      // apply reports an agent that was restarted and crashes at once.
      expect([0, 4], ran.stdout + ran.stderr).toContain(ran.code);
      expect(await show("coder", "TasksMax")).toBe(String(tasks));
      expect(await box.read("~/.config/mosaic/fleet/agents/flap.env")).toContain(`V=${value}`);
    },
  );

  /** The declaration of the last edit: another one would restart flap, and its next crash would be a change of its own. */
  const flapAsApplied = { env: { V: "3" } };

  it("drops the start of an agent that already runs, and does the rest", async () => {
    await box.sh("systemctl --user stop mosaic-agent@other");
    tasks += 1;
    await declare(box, agents(flapAsApplied));
    expect((await fleet(box, "plan", "--out", file)).stdout).toContain("agent other will be started");
    await box.sh("systemctl --user start mosaic-agent@other");
    const pid = await show("other", "MainPID");
    const ran = await fleet(box, "apply", file);
    expect([0, 4], ran.stdout + ran.stderr).toContain(ran.code);
    expect(unwrapped(ran.stderr)).toContain("No longer needed: start mosaic-agent@other.service.");
    expect(await show("coder", "TasksMax")).toBe(String(tasks));
    expect(await show("other", "MainPID")).toBe(pid);
  });

  it("is refused as a whole if an agreed change is stale, and names the way for the others", async () => {
    tasks += 1;
    const change = { env: { MODEL: "haiku" } };
    await declare(box, {
      ...agents(flapAsApplied, change),
      agents: {
        ...agents(flapAsApplied, change).agents,
        other: { command: waits, resources: { tasksMax: 99 } },
      },
    });
    expect((await fleet(box, "plan", "--out", file)).code).toBe(0);
    await box.sh("systemctl --user restart mosaic-agent@coder");
    const ran = await fleet(box, "apply", file);
    expect(ran.code, ran.stderr).toBe(3);
    expect(unwrapped(ran.stderr)).toMatch(/fleet plan (?:flap other|other flap|other) --out FILE/);
    expect(await show("other", "TasksMax")).not.toBe("99");
  });
});
