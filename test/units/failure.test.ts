import { describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import {
  declare,
  dropIn,
  exists,
  journal,
  pane,
  property,
  scrollback,
  sessions,
  systemctl,
  tmux,
  unitOf,
  untilLogged,
  untilState,
} from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

describe("an impossible start", () => {
  const box = useUnits();

  const script = "~/.config/mosaic/tools/fleet/start-agent-session.sh";

  /** Starts the agent without restarts, and returns once it has failed. */
  async function fails(agent: string, settings = ""): Promise<void> {
    await dropIn(box, agent, `[Service]\nRestart=no\n${settings}`);
    expect((await box.run(["systemctl", "--user", "start", unitOf(agent)])).code).not.toBe(0);
    await untilState(box, agent, "failed");
  }

  it.each([
    ["no-workdir", "/no/such/dir", "its workdir does not exist, or is not a directory: /no/such/dir"],
    ["file-workdir", "/etc/passwd", "its workdir does not exist, or is not a directory: /etc/passwd"],
    ["relative-workdir", "src", "its workdir is not an absolute path: src"],
    ["closed-workdir", "/root", "may not enter its workdir: /root"],
  ])("is explained in the pane and in the journal: %s", async (agent, workdir, reason) => {
    await declare(box, agent, { MOSAIC_AGENT_WORKDIR: workdir, MOSAIC_AGENT_COMMAND: "touch ~/ran" });
    await fails(agent);
    await untilLogged(box, unitOf(agent), `agent ${agent}: ${reason}`);
    expect((await scrollback(box, agent)).replaceAll("\n", "")).toContain(`agent ${agent}: ${reason}`);
    expect(await property(box, agent, "Result")).toBe("exit-code");
    expect(await exists(box, "~/ran")).toBe(false);
  });

  it("succeeds once its cause is gone, in the same session", async () => {
    const before = await pane(box, "=no-workdir:", "#{session_id} #{pane_id}");
    await declare(box, "no-workdir", {
      MOSAIC_AGENT_WORKDIR: "/tmp",
      MOSAIC_AGENT_COMMAND: "exec sleep infinity",
    });
    await systemctl(box, "start", unitOf("no-workdir"));
    expect(await pane(box, "=no-workdir:", "#{session_id} #{pane_id}")).toBe(before);
    expect(await pane(box, "=no-workdir:", "#{pane_current_path}")).toBe("/tmp");
  });

  it("does not touch a session of that name that a person has made", async () => {
    await tmux(box, "new-session", "-d", "-s", "theirs", "sleep", "infinity");
    const before = await pane(box, "=theirs:", "#{pane_pid}");
    await fails("theirs");
    await untilLogged(box, unitOf("theirs"), "a session of this name, not made by this unit");
    await systemctl(box, "stop", unitOf("theirs"));
    expect(await pane(box, "=theirs:", "#{pane_pid} #{remain-on-exit} [#{@mosaic_agent}]")).toBe(
      `${before} off []`,
    );
  });

  it("does not touch the session of another fleet's agent of that name, also during a stop", async () => {
    await tmux(box, "new-session", "-d", "-s", "other", "sleep", "infinity");
    await tmux(box, "set-option", "-t", "=other:", "@mosaic_unit", "second-agent@other.service");
    await tmux(box, "set-option", "-p", "-t", "=other:", "@mosaic_agent", "other");
    await fails("other");
    await untilLogged(box, unitOf("other"), "belongs to second-agent@other.service");
    await systemctl(box, "start", "--no-block", unitOf("other"));
    await systemctl(box, "stop", unitOf("other"));
    expect(await sessions(box)).toContain("other");
  });

  it("does not touch a living pane with only the mark", async () => {
    await tmux(box, "new-session", "-d", "-s", "adopted", "sleep", "infinity");
    await tmux(box, "set-option", "-p", "-t", "=adopted:", "@mosaic_agent", "adopted");
    await fails("adopted");
    expect(await pane(box, "=adopted:", "#{pane_dead}")).toBe("0");
  });

  it("is reported at once if the pane's process is killed before it is ready", async () => {
    const agent = "early";
    await box.sh(`cp ${script} ~/script; sed -i 's|^  echo "$5 here" >&9|&; sleep 4326 9>\\&-|' ${script}`);
    await dropIn(box, agent, "[Service]\nRestart=no\n");
    await systemctl(box, "start", "--no-block", unitOf(agent));
    await until("the start waits for the pane", async () =>
      (await box.sh("ps -eo args=")).includes("sleep 4326"),
    );
    await box.sh(`cp ~/script ${script}; kill -9 ${await pane(box, "=early:", "#{pane_pid}")}`);
    await untilState(box, agent, "failed");
    expect(await property(box, agent, "Result")).toBe("exit-code");
    await untilLogged(
      box,
      unitOf(agent),
      "agent early: the process in its pane was killed before it was ready",
    );
  });

  it("is not hidden by a pane of an earlier start, which runs nothing any more", async () => {
    // A machine so busy that the pane's shell reads the script only when its start is over.
    await declare(box, "late", { MOSAIC_AGENT_COMMAND: "echo x >>~/late; exec sleep infinity" });
    await dropIn(box, "late", "[Service]\nRestart=no\nTimeoutStartSec=1\n");
    await box.sh("mkfifo ~/hold");
    await box.sh(`cp ${script} ~/script; sed -i 's|^  \\[ -p "$4" \\]|  : <~/hold; &|' ${script}`);
    await box.run(["systemctl", "--user", "start", unitOf("late")]);
    await untilState(box, "late", "failed");
    expect(await property(box, "late", "Result")).toBe("timeout");
    const early = await pane(box, "=late:", "#{pane_pid}");
    await box.sh(`cp ~/script ${script}; tmux -N -L mosaic-factory rename-session -t =late: waiting`);
    await systemctl(box, "start", unitOf("late"));
    await box.sh(": >~/hold");
    await until(
      "the early pane has ended",
      async () =>
        (await box.run(["test", "-e", `/proc/${early}`])).code !== 0 ||
        (await box.sh(`cat /proc/${early}/stat`)).includes(") Z "),
    );
    const begun = (): Promise<string> => box.sh("cat ~/late 2>/dev/null || :");
    await until("the command has begun", async () => (await begun()) !== "");
    expect(await begun()).toBe("x\n");
    expect(await property(box, "late", "ActiveState")).toBe("active");
    expect(await pane(box, "=late:", "#{pane_dead}")).toBe("0");
  });

  it("knows the cause from a pane in another user namespace too", async () => {
    await box.write(
      "~/.config/systemd/user/mosaic-tmux-holder.service.d/namespace.conf",
      "[Service]\nPrivateUsers=yes\n",
    );
    await systemctl(box, "daemon-reload");
    await systemctl(box, "restart", "mosaic-tmux-holder.service");
    await declare(box, "apart", { MOSAIC_AGENT_COMMAND: "exec sleep infinity" });
    await systemctl(box, "start", unitOf("apart"));
    expect(await pane(box, "=apart:", "#{pane_start_command}")).toMatch(/\/apart\/line\.\d+ /);
    await systemctl(box, "restart", unitOf("apart"));
    await declare(box, "apart", { MOSAIC_AGENT_WORKDIR: "/no/such/dir" });
    await box.run(["systemctl", "--user", "restart", unitOf("apart")]);
    await untilLogged(box, unitOf("apart"), "agent apart: its workdir does not exist");
    await box.sh("rm -r ~/.config/systemd/user/mosaic-tmux-holder.service.d");
    await systemctl(box, "daemon-reload");
    await systemctl(box, "restart", "mosaic-tmux-holder.service");
  });

  it("is reported if the pane disappears before its process has reported anything", async () => {
    // A machine so busy that the pane's shell has not read the first line of the script yet.
    await box.sh(`cp ${script} ~/script; sed -i 's|^  exec 9>|  sleep 60; exec 9>|' ${script}`);
    await dropIn(box, "busy", "[Service]\nRestart=no\n");
    await systemctl(box, "start", "--no-block", unitOf("busy"));
    await until("the session is there", async () => (await sessions(box)).includes("busy"));
    await tmux(box, "kill-session", "-t", "=busy:");
    await untilState(box, "busy", "failed");
    await untilLogged(box, unitOf("busy"), "agent busy: its pane was closed before it was ready");
    await box.sh(`cp ~/script ${script}`);
    expect(await sessions(box)).not.toContain("busy");
  });

  it("is refused while the agent runs, if something starts the script a second time in its unit", async () => {
    await declare(box, "twice", { MOSAIC_AGENT_COMMAND: "exec sleep infinity" });
    await systemctl(box, "start", unitOf("twice"));
    const before = await pane(box, "=twice:", "#{pane_pid}");
    const group = await property(box, "twice", "ControlGroup");
    const second = await box.run(
      [
        "sh",
        "-c",
        'echo $$ >"$0/cgroup.procs" && exec ~/.config/mosaic/tools/fleet/start-agent-session.sh twice',
        `/sys/fs/cgroup${group}`,
      ],
      {
        env: {
          MOSAIC_TMUX_SOCKET: "mosaic-factory",
          RUNTIME_DIRECTORY: `/run/user/${box.uid}/mosaic-agent/twice`,
        },
      },
    );
    expect(second.code).toBe(1);
    await untilLogged(box, unitOf("twice"), "agent twice: is running already");
    expect(await pane(box, "=twice:", "#{pane_pid} #{pane_dead}")).toBe(`${before} 0`);
    expect(await property(box, "twice", "ActiveState")).toBe("active");
  });

  it("is refused outside of a unit", async () => {
    const ran = await box.run(["/run/home/.config/mosaic/tools/fleet/start-agent-session.sh", "canary"]);
    expect([ran.code === 0, ran.stderr]).toEqual([
      false,
      expect.stringContaining("use systemctl --user start"),
    ]);
  });

  it("says which tool is missing", async () => {
    await box.sh(
      `mkdir -p ~/few; for tool in sleep cat logger systemctl; do ln -sf "$(command -v $tool)" ~/few/; done`,
    );
    await box.sh("echo ~/few >$XDG_RUNTIME_DIR/mosaic-tmux-holder/path");
    await fails("toolless");
    await untilLogged(
      box,
      unitOf("toolless"),
      "agent toolless: tmux is not installed, or not on this PATH: /run/home/few",
    );
    expect(await sessions(box)).not.toContain("toolless");
    await systemctl(box, "restart", "mosaic-tmux-holder.service");
  });
});

describe("a tmux server that is not the holder's", () => {
  const box = useUnits();

  it("makes the holder refuse, and is not touched", async () => {
    await box.sh("tmux -L mosaic-factory new-session -d -s mine sleep infinity");
    expect((await box.run(["systemctl", "--user", "start", unitOf("canary")])).code).not.toBe(0);
    const pid = await pane(box, "=mine:", "#{pid}");
    await untilLogged(
      box,
      "mosaic-tmux-holder.service",
      `belongs to a tmux server that is not this unit's, process ${pid}`,
    );
    expect(await sessions(box)).toEqual(["mine"]);
    expect(await property(box, "canary", "ActiveState")).toBe("inactive");
  });

  it("no longer blocks the holder once it is gone", async () => {
    await box.sh("tmux -L mosaic-factory kill-server");
    await until(
      "the holder runs",
      async () => (await box.run(["systemctl", "--user", "is-active", "mosaic-tmux-holder"])).code === 0,
    );
    await systemctl(box, "start", unitOf("canary"));
    expect(await sessions(box)).toEqual(["canary"]);
  });

  it("is recognised by the pane, which cannot join the unit's control group", async () => {
    await systemctl(box, "stop", "mosaic-tmux-holder.service");
    // As on a machine with systemd and with this owned by root: nobody moves processes out of a login session.
    await box.sh(`chmod a-w /sys/fs/cgroup/user.slice/user-${box.uid}.slice/cgroup.procs`);
    await box.write(
      "~/.config/systemd/user/mosaic-tmux-holder.service.d/foreign.conf",
      "[Service]\nType=oneshot\nRestart=no\nRemainAfterExit=yes\nPIDFile=\nExecStart=\nExecStart=/bin/true\n",
    );
    await dropIn(box, "stray", "[Service]\nRestart=no\n");
    await box.sh("tmux -L mosaic-factory new-session -d -s mine sleep infinity");
    expect((await box.run(["systemctl", "--user", "start", unitOf("stray")])).code).not.toBe(0);
    await untilLogged(box, unitOf("stray"), "the tmux server it runs in is probably not the holder's");
    expect((await scrollback(box, "stray")).replaceAll("\n", "")).toContain("cannot join /sys/fs/cgroup");
    expect(await journal(box, unitOf("stray"))).toContain("agent stray: cannot join");
  });
});
