import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, prints, tmux } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/** Stops itself, alone or with its process group, as a TUI with raw keys does on Ctrl-Z. */
const stopsItself = (target: string): string =>
  `until [ -e ~/stop-now ]; do sleep 0.1; done; kill -STOP ${target}; echo went on; exec sleep 1000`;

// agent-of-empires#145, anthropics/claude-code#36976
describe("a program that stops itself by a signal", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      agents: {
        alone: { command: ["sh", "-c", stopsItself("$$")] },
        group: { command: ["sh", "-c", stopsItself("0")] },
        works: { command: prints("tick", 0.2) },
        shell: { command: ["bash", "--norc", "-i"] },
      },
    });
    await apply(box);
  });

  const frozen = async (): Promise<readonly string[]> => {
    const { stdout } = await fleet(box, "status", "--json");
    const { agents } = JSON.parse(stdout) as { agents: readonly { name: string; frozen: boolean }[] };
    return agents.filter((agent) => agent.frozen).map(({ name }) => name);
  };

  it("is shown by status, with the way to continue, unlike a stopped job of a shell", async () => {
    expect(await frozen()).toEqual([]);
    await tmux(box, "send-keys", "-t", "=shell:", "sleep 500", "Enter");
    await until("the job runs", async () => (await box.run(["pgrep", "-fx", "sleep 500"])).code === 0);
    await tmux(box, "send-keys", "-t", "=shell:", "C-z");
    await until("the job is stopped", async () =>
      (await tmux(box, "capture-pane", "-p", "-t", "=shell:")).includes("Stopped"),
    );
    await box.write("~/stop-now", "");
    await until("it has stopped", async () => (await frozen()).length > 0);
    expect(await frozen()).toEqual(["alone"]);
    const { stdout } = await fleet(box, "status");
    expect(stdout).toContain("To go on: systemctl --user kill -s CONT mosaic-agent@alone.service");
  });

  it("continues with the command from status; tmux continues a program that stopped its whole group", async () => {
    const goesOn = (agent: string) =>
      until(`${agent} goes on`, async () =>
        (await tmux(box, "capture-pane", "-p", "-t", `=${agent}:`)).includes("went on"),
      );
    await goesOn("group");
    await box.sh("systemctl --user kill -s CONT mosaic-agent@alone.service");
    await goesOn("alone");
    expect(await frozen()).toEqual([]);
  });

  it("can be stopped and restarted while it is frozen", async () => {
    await box.sh("systemctl --user kill -s STOP mosaic-agent@works.service");
    expect((await fleet(box, "stop", "works", "--yes")).code).toBe(0);
    expect((await fleet(box, "start", "works", "--yes")).code).toBe(0);
  });
});
