import { beforeAll, describe, expect, it } from "vitest";
import type { Ran, Sandbox } from "../../support/rig/sandbox.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, loads, plan, tmux, waits } from "../../support/fleet/fleet.ts";

const good = { command: waits };

const no = { restart: { policy: "no" } };
const agents = {
  good,
  another: good,
  three: { command: "exit 3" },
  wordy: { ...no, command: `echo first line; echo no luck; ${loads}; exit 5` },
  missing: { ...no, command: "no-such-program --token hush" },
  done: { command: `echo all done; ${loads}` },
  killed: { ...no, command: "kill -9 $$" },
  nowhere: { ...good, workdir: "~/nowhere" },
  keyless: { ...good, envFiles: ["~/no-keys.env"] },
  homeless: { ...no, ...good },
};

describe("an agent that does not come up", () => {
  const box = useSandbox();
  let ran: Ran;
  beforeAll(async () => {
    await declare(box, { agents });
    await box.sh("cd $XDG_RUNTIME_DIR && mkdir mosaic-agent && touch mosaic-agent/homeless");
    ran = await fleet(box, "apply", "--yes");
  });

  it("makes apply exit with 4, and does not prevent any other from running", async () => {
    expect(ran.code).toBe(4);
    expect(await box.sh("systemctl --user is-active mosaic-agent@{good,another}.service")).toBe(
      "active\nactive\n",
    );
  });

  it("is named with its exit status and its last lines", () => {
    expect(ran.stderr).toContain(
      [
        "Error: agent wordy does not run: exit status 5",
        "   | first line",
        "   | no luck",
        "   | agent wordy: command failed (exit status 5): echo …",
        "   = fleet logs wordy",
        "",
      ].join("\n"),
    );
    expect(ran.stdout).toContain("Applied, but agents failed: 8 added, ");
  });

  it("is named with the step of its start that systemd could not do", () => {
    expect(ran.stderr).toContain(
      [
        "Error: agent homeless does not run: its start failed: systemd could not make its runtime folder (status 233)",
        `   = check what is at /run/user/${box.uid}/mosaic-agent/homeless, its owner and mode, and the free space there`,
        "   = fleet logs homeless",
        "",
      ].join("\n"),
    );
  });

  it("is named while systemd still restarts it again and again", () => {
    expect(ran.stderr).toMatch(
      /Error: agent three does not run: exit status 3\n[^=]* {3}\| agent three: command failed \(exit status 3\): exit …\n/,
    );
  });

  it("is reported as not found, without the command's arguments", () => {
    expect(ran.stderr).toMatch(
      /Error: agent missing does not run: exit status 127\n[^=]*command not found \(exit status 127\): no-such-program …\n/,
    );
    expect(ran.stderr).not.toContain("hush");
  });

  it("is reported if its command ended well or by a signal", () => {
    expect(ran.stderr).toContain(
      "Error: agent done does not run: its command ended by itself (exit status 0)\n   | all done\n",
    );
    expect(ran.stderr).toMatch(/Error: agent killed does not run: exit status 137\n[^=]*ended by SIGKILL/);
  });

  it("is not started without its workdir or envFile, and the reason is named", async () => {
    expect(ran.stdout).toContain(`! agent nowhere is blocked: workdir ${box.home}/nowhere does not exist\n`);
    expect(ran.stdout).toContain(
      `! agent keyless is blocked: envFile ${box.home}/no-keys.env does not exist\n`,
    );
    expect(await box.sh("ls ~/.config/mosaic/fleet/agents")).toBe(
      "another.env\ndone.env\ngood.env\nhomeless.env\nkilled.env\nmissing.env\nthree.env\nwordy.env\n",
    );
  });

  it("is shown by status with its state and exit status", async () => {
    const states = await statesOf(box);
    expect(states).toMatchObject({
      good: ["running", null],
      done: ["stopped", null],
      killed: ["failed", 137],
      nowhere: ["missing", null],
      keyless: ["missing", null],
    });
  });

  it("is reported as JSON too", async () => {
    await until("systemd gives up on three", async () => (await statesOf(box))["three"]?.[0] === "failed");
    const again = await fleet(box, "apply", "--yes", "--json");
    expect(again.code).toBe(4);
    const { agentsFailed } = JSON.parse(again.stdout) as { agentsFailed: { name: string }[] };
    expect(agentsFailed.map(({ name }) => name)).toEqual(["done", "killed", "missing", "three", "wordy"]);
    expect(agentsFailed).toContainEqual(
      expect.objectContaining({ name: "wordy", exitStatus: 5, lines: expect.arrayContaining(["no luck"]) }),
    );
  });

  it("makes apply exit with 6 if an agent is blocked and all others run", async () => {
    const { nowhere } = agents;
    await declare(box, { agents: { good, another: good, nowhere, fresh: good } });
    const blocked = await fleet(box, "apply", "--yes", "--allow-remove-all", "--now");
    expect({ code: blocked.code, said: blocked.stdout }).toEqual({
      code: 6,
      said: expect.stringContaining(
        "Applied, but agents are blocked: 1 added, 0 changed, 0 restarted, 6 removed",
      ),
    });
    expect(Object.keys(await statesOf(box))).toEqual(["another", "fresh", "good", "nowhere"]);
  });

  it("comes up once the cause is fixed", async () => {
    await box.sh("mkdir ~/nowhere && echo KEY=1 >~/no-keys.env");
    await declare(box, {
      agents: { ...agents, done: good, killed: good, missing: good, three: good, wordy: good },
    });
    await apply(box);
    const states = await statesOf(box);
    expect(new Set(Object.values(states).map(([state]) => state))).toEqual(new Set(["running"]));
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is reported with the last lines of its last run only, also if that ended before it had a pane", async () => {
    const failing = (command: string | readonly string[]) => ({ ...no, command });
    const typed = failing(["bash", "-lic", "no-such-program"]);
    await declare(box, { agents: { good, another: good, again: failing("no-such-program"), typed } });
    const first = await fleet(box, "apply", "--yes", "--allow-remove-all", "--now");
    expect(first.stderr).toContain("command not found (exit status 127): no-such-program");
    expect(first.stderr.match(/ = (?!fleet logs).*/g)).toEqual([
      " = install it, give its full path, or set PATH in env: agents do not read ~/.bashrc, and exec finds no alias or function",
      " = bash has read its own start-up files and found no such program: install it, or give its full path; exec finds no alias or function",
    ]);
    await declare(box, { agents: { good, another: good, again: failing("echo second run; exit 6") } });
    const second = await fleet(box, "apply", "--yes");
    expect(second.stderr).toContain("Error: agent again does not run: exit status 6\n   | second run\n");
    expect(second.stderr).not.toContain("no-such-program");
    await box.write(
      "~/.config/systemd/user/mosaic-agent@again.service.d/licence.conf",
      "[Service]\nExecStartPre=/bin/sh -c 'echo no licence >&2; sleep 1.5; exit 1'\n",
    );
    await box.sh("systemctl --user daemon-reload");
    const third = await fleet(box, "apply", "--yes");
    expect(third.stderr).toContain(
      "Error: agent again does not run: its start failed\n   | no licence\n   = fleet logs again",
    );
  });
});

describe("an agent with a pending restart by systemd", () => {
  const box = useSandbox();
  const again = { command: "exit 3", restart: { delay: "10m" } };
  beforeAll(async () => {
    await declare(box, { agents: { good, mended: again, removed: again, stopped: again } });
    expect((await fleet(box, "apply", "--yes")).code).toBe(4);
    expect(await statesOf(box)).toMatchObject({ mended: ["restarting", 3], stopped: ["restarting", 3] });
  });

  it("is removed, stopped or fixed by one apply, which leaves nothing to do", async () => {
    await declare(box, { agents: { good, mended: good, stopped: { ...again, state: "stopped" } } });
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    expect(await statesOf(box)).toMatchObject({ good: ["running", null], mended: ["running", null] });
    const sessions = await tmux(box, "list-sessions", "-F", "#{session_name}");
    expect(sessions).toBe("good\nmended\n");
  });

  it("counts restarts from zero after it was started on purpose", async () => {
    const { stdout } = await fleet(box, "status", "mended", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ agents: [{ name: "mended", restarts: 0 }] });
  });
});

describe("agents with a completed command", () => {
  const box = useSandbox();
  beforeAll(async () => {
    const ended = { command: "echo bye" };
    await declare(box, { agents: { good, one: ended, two: ended, three: ended } });
    expect((await fleet(box, "apply", "--yes")).code).toBe(4);
  });

  it("are removed with their sessions, also if a person has closed one of these in the meantime", async () => {
    await declare(box, { agents: { good } });
    const asking = await openTerminal(box, ["fleet", "apply", "--allow-remove-all"]);
    await asking.waitFor("Apply these changes? [y/N]");
    await tmux(box, "kill-session", "-t", "=one:");
    await asking.press("y", "Enter");
    await asking.waitFor("The machine or fleet.yaml has changed since");
    await asking.press("y", "Enter");
    expect(await asking.exitCode()).toBe(0);
    await asking.close();
    expect(await tmux(box, "list-sessions", "-F", "#{session_name}")).toBe("good\n");
    expect((await plan(box)).actions).toEqual([]);
  });
});

async function statesOf(box: Sandbox): Promise<Readonly<Record<string, readonly [string, number | null]>>> {
  const { stdout } = await fleet(box, "status", "--json");
  const status = JSON.parse(stdout) as {
    agents: { name: string; state: string; exitStatus: number | null }[];
  };
  return Object.fromEntries(
    status.agents.map(({ name, state, exitStatus }) => [name, [state, exitStatus] as const]),
  );
}
