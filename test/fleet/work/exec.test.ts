import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, waits } from "../../support/fleet/fleet.ts";

const inside = `printf '%s|' "$SECRET" "$MOSAIC_AGENT_NAME" "$PWD"; grep -o '[^/]*$' /proc/self/cgroup; cat; exit 7`;
const words = ["printf", "%s|", "${HOME}", "$HOME", "a b", "it's", "%h", ""];

describe("fleet exec", () => {
  const box = useSandbox();
  const exec = (...args: readonly string[]) => box.run(["fleet", "exec", ...args], { input: "from here" });
  /** Allows or forbids the way into a control group that login sessions of a real machine do not have. */
  const allow = (isAllowed: boolean) =>
    box.sh(`chmod ${isAllowed ? 644 : 444} /sys/fs/cgroup/user.slice/user-${box.uid}.slice/cgroup.procs`);

  beforeAll(async () => {
    await declare(box, {
      agents: {
        coder: { command: waits, workdir: "/tmp", env: { SECRET: "a 'b' \\ \"c\" $d" } },
        tester: { command: waits, replicas: 2 },
        off: { command: waits, state: "stopped" },
      },
    });
    await fleet(box, "apply", "--yes");
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  describe.each([
    ["a process that may move its children", true],
    ["a login session", false],
  ])("from %s", (_, isAllowed) => {
    beforeAll(() => allow(isAllowed));

    it("runs a program as the agent: its variables, folder and control group; passes bytes and status on", async () => {
      const ran = await exec("coder", "--", "sh", "-c", inside);
      expect(ran.stdout).toBe(`a 'b' \\ "c" $d|coder|/tmp|mosaic-agent@coder.service\nfrom here`);
      expect(ran.code).toBe(7);
      expect((await exec("coder", ...words)).stdout).toBe("${HOME}|$HOME|a b|it's|%h||");
    });

    it("gives a program a terminal if both ends have one", async () => {
      const terminal = await openTerminal(box, ["fleet", "exec", "coder", "sh", "-c", "tty; exec cat"]);
      await terminal.waitFor(/\/dev\/pts\/\d+/);
      await terminal.press("C-c");
      expect(await terminal.exitCode()).toBe(130);
      await terminal.close();
    });

    it("ends the program when it is ended itself, and leaves nothing", async () => {
      const script = `fleet exec coder sleep 777 & fleet=$!; until pgrep -xf "sleep 777"; do sleep 0.1; done
        kill -TERM $fleet; wait $fleet`;
      expect((await box.run(["sh", "-c", script])).code).toBe(143);
      await until("it is gone", async () => (await box.run(["pgrep", "-xf", "sleep 777"])).code === 1);
      const left = await box.sh(
        "ls $XDG_RUNTIME_DIR/mosaic-agent/coder; systemctl --user list-units --no-legend 'mosaic-exec*'",
      );
      expect(left).not.toContain("exec");
      expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(0);
    });
  });

  it("says which program it cannot start, and exits as a shell does", async () => {
    await box.sh("printf '#!/bin/sh\\n' >/tmp/plain-file");
    const ends = [];
    for (const program of ["no-such-program", "./no-such-file", "./plain-file"]) {
      const { code, stderr } = await exec("coder", program);
      ends.push([code, stderr.split("\n")[0]]);
    }
    expect(ends).toEqual([
      [127, 'Error: there is no program "no-such-program" on the PATH of coder'],
      [127, "Error: there is no program /tmp/no-such-file"],
      [126, "Error: /tmp/plain-file cannot be executed"],
    ]);
  });

  it("refuses an agent that does not run, several agents, and a line without a program", async () => {
    const refusals = [
      await exec("off", "ls"),
      await exec("tester", "ls"),
      await exec("nobody", "ls"),
      await exec("coder"),
    ];
    expect(refusals.map(({ code }) => code)).toEqual([1, 64, 64, 64]);
    expect(refusals.map(({ stderr }) => stderr.split("\n")[0])).toEqual([
      "Error: off does not run",
      "Error: fleet exec needs one agent",
      'Error: there is no agent "nobody"',
      "Error: missing required argument 'command'",
    ]);
  });
});
