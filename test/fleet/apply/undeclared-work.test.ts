import { afterEach, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan, tmux, waits, type FleetFile } from "../../support/fleet/fleet.ts";

describe("undeclared work", () => {
  const box = useSandbox();

  const agents = { a: { command: waits }, b: { command: waits } };
  const declaring = (fleetFile: FleetFile): Promise<void> =>
    declare(box, { defaults: { onChange: "restart" }, ...fleetFile });
  afterEach(async () => {
    await box.sh("tmux -N -L mosaic-factory kill-session -t =notes 2>/dev/null || true");
    await declaring({ agents: {} });
    await fleet(box, "destroy", "--yes");
  });

  it("is not started either: dependsOn starts no agent that is blocked or left out", async () => {
    await declaring({
      agents: {
        planner: { command: waits, workdir: "~/missing" },
        coder: { command: waits, dependsOn: ["planner"] },
      },
    });
    expect((await fleet(box, "apply", "--yes")).code).toBe(6);
    expect(await activeAgents()).toEqual(["coder"]);
    await box.sh("mkdir ~/missing");
    await apply(box);
    expect(await activeAgents()).toEqual(["coder", "planner"]);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("survives in a session with a linked agent window, when the agent is removed", async () => {
    await declaring({ agents });
    await apply(box);
    await tmux(box, "new-session", "-d", "-s", "notes", "exec sleep 1000");
    await tmux(box, "link-window", "-s", "=b:", "-t", "=notes:");
    await declaring({ agents: { a: agents.a } });
    await apply(box);
    expect(await tmux(box, "list-sessions", "-F", "#{session_name}")).toBe("a\nnotes\n");
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is detected if a person is attached to a session with the agent's windows", async () => {
    const idle = { onChange: "when-idle", idleAfter: "1ms" };
    await declaring({ agents: { a: { ...agents.a, ...idle } } });
    await apply(box);
    await tmux(box, "new-session", "-d", "-s", "notes", "-t", "=a");
    const client = await openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", "=notes"]);
    await until("the client", async () => (await tmux(box, "list-clients")) !== "");
    await declaring({ agents: { a: { ...agents.a, ...idle, env: { CHANGED: "1" } } } });
    const planned = (await plan(box)).agents[0];
    expect(planned).toMatchObject({ action: "pending", hold: "busy", atStake: { attached: 1 } });
    await client.close();
  });

  it("guards the session if the command runs in its second window", async () => {
    await declaring({ agents });
    await apply(box);
    await declaring({ agents: { ...agents, a: { ...agents.a, state: "stopped" } } });
    await tmux(
      box,
      "new-window",
      "-t",
      "=a:",
      "cd ~/work; fleet apply --yes >~/own.txt 2>&1; echo $? >~/own.code; exec sleep 1000",
    );
    const code = await until("the apply in the window", () => box.read("~/own.code").catch(() => undefined));
    expect(code).toBe("6\n");
    expect(await box.read("~/own.txt")).toContain("this command runs inside its session");
    expect(await activeAgents()).toEqual(["a", "b"]);
  });

  it("is observed again after the question", async () => {
    await declaring({ agents });
    await apply(box);
    await declaring({ agents: { ...agents, a: { ...agents.a, env: { CHANGED: "1" } } } });
    const asking = await openTerminal(box, ["fleet", "apply"]);
    await asking.waitFor("Apply these changes? [y/N]");
    const client = await openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", "=a"]);
    await until("the client", async () => (await tmux(box, "list-clients")) !== "");
    await asking.press("y", "Enter");
    await asking.waitFor("The machine or fleet.yaml has changed since");
    await asking.press("n", "Enter");
    expect(await asking.exitCode()).toBe(1);
    expect((await plan(box)).agents[0]).toMatchObject({ action: "restart", atStake: { attached: 1 } });
    await client.close();
    await asking.close();
  });

  it("defers changes in the pane of an ended agent, according to onChange", async () => {
    const quits = { command: "exit 3", restart: { policy: "no" }, onChange: "keep" };
    await declaring({ agents: { a: quits } });
    expect((await fleet(box, "apply", "--yes")).code).toBe(4);
    await tmux(box, "respawn-pane", "-t", "=a:", "exec sleep 4242");
    expect((await plan(box)).agents[0]).toMatchObject({ action: "pending", hold: "kept" });
  });

  it("is not reported as restarted while a mask prevents that", async () => {
    await declaring({ agents });
    await apply(box);
    await box.sh("systemctl --user mask mosaic-agent@a.service");
    await declaring({ agents: { ...agents, a: { ...agents.a, env: { CHANGED: "1" } } } });
    const ran = await fleet(box, "apply", "--yes");
    expect(ran).toMatchObject({
      code: 6,
      stdout: expect.stringContaining("mosaic-agent@a.service is masked") as string,
    });
    expect(await activeAgents()).toEqual(["a", "b"]);
    await box.sh("systemctl --user unmask mosaic-agent@a.service");
  });

  it("continues if the output of apply is closed", async () => {
    await declaring({ agents });
    expect(await box.sh("cd ~/work; fleet apply --yes -v 2>&1 | true; fleet plan | true; echo end")).toBe(
      "end\n",
    );
    await until("the agents", async () => (await activeAgents()).length === 2);
    expect(await box.sh("cd ~/work; fleet plan 2>&1 >/dev/full || true")).not.toMatch(/^ +at /m);
  });

  async function activeAgents(): Promise<readonly string[]> {
    const units = await box.sh(
      "systemctl --user list-units --no-legend --plain --state=active 'mosaic-agent@*' | cut -d' ' -f1",
    );
    return [...units.matchAll(/mosaic-agent@(.*)\.service/g)].map(([, name = ""]) => name).sort();
  }
});
