import { describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import {
  declare,
  dropIn,
  exists,
  pane,
  property,
  sessions,
  start,
  systemctl,
  tmux,
  unitOf,
  untilLogged,
  untilShown,
} from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

describe("a stop", () => {
  const box = useUnits();

  const processes = async (name: string): Promise<number> =>
    Number(await box.sh(`ps -eo args= | grep -c '^${name}' || :`));

  it("ends the processes that the agent left behind outside its session", async () => {
    await start(box, "canary", "setsid nohup sleep 4321 >/dev/null 2>&1 & exec sleep 4322");
    await until("the daemon runs", async () => (await processes("sleep 4321")) === 1);
    await systemctl(box, "stop", unitOf("canary"));
    expect(await processes("sleep 432[12]")).toBe(0);
  });

  it("touches no session with a similar name", async () => {
    await start(box, "canary", "exec sleep infinity");
    for (const name of ["can", "canary2", "canary-2"]) {
      await tmux(box, "new-session", "-d", "-s", name, "sleep", "infinity");
    }
    await systemctl(box, "stop", unitOf("canary"));
    expect(await sessions(box)).toEqual(["can", "canary-2", "canary2"]);
    await systemctl(box, "start", unitOf("canary"));
    await systemctl(box, "stop", unitOf("can"));
    expect(await sessions(box)).toEqual(["can", "canary", "canary-2", "canary2"]);
  });

  it("succeeds with any exit status of the command", async () => {
    await start(box, "sulky", "trap 'exit 9' TERM HUP; echo ready; while :; do sleep 0.1; done");
    await untilShown(box, "sulky", "ready");
    await systemctl(box, "stop", unitOf("sulky"));
    expect(await property(box, "sulky", "ActiveState")).toBe("inactive");
    expect(await property(box, "sulky", "Result")).toBe("success");
  });

  it("leaves no process if the script of the stop hangs", async () => {
    await dropIn(box, "hung", "[Service]\nExecStopPost=\nExecStopPost=sleep 1000\nTimeoutStopSec=1\n");
    await start(box, "hung", "trap '' TERM HUP; sleep 4323; sleep 4323");
    await until("the command runs", async () => (await processes("sleep 4323")) === 1);
    await systemctl(box, "stop", unitOf("hung"));
    expect(await processes("sleep 4323")).toBe(0);
  });

  it("ends a shell that waits for a command and ignores SIGTERM at once", async () => {
    for (const [name, command] of [
      ["bash", "bash --norc -i"],
      ["dash", "sh -i"],
      ["nested", "bash --norc -ic 'bash --norc -i; exec bash --norc -i'"],
    ] as const) {
      await start(box, name, `ENV= exec ${command}`);
      await untilShown(box, name, "$");
    }
    await systemctl(box, "stop", unitOf("bash"), unitOf("dash"), unitOf("nested"));
    for (const name of ["bash", "dash", "nested"]) {
      expect(await property(box, name, "Result")).toBe("success");
      expect(await exists(box, `/run/user/${box.uid}/mosaic-agent/${name}.killed`)).toBe(false);
    }
  });

  it("sends SIGHUP after TimeoutStopSec to a process that catches SIGTERM and continues", async () => {
    await dropIn(box, "busy", "[Service]\nTimeoutStopSec=1\n");
    await start(
      box,
      "busy",
      "trap 'echo hup >~/busy; exit' HUP; setsid sh -c 'trap : TERM; while :; do sleep 0.1; done' & trap : TERM; echo ready; while :; do wait; done",
    );
    await untilShown(box, "busy", "ready");
    await systemctl(box, "stop", unitOf("busy"));
    expect(await box.read("~/busy")).toBe("hup\n");
    expect(await property(box, "busy", "ActiveState")).toBe("inactive");
    await untilLogged(box, unitOf("busy"), "agent busy: killed after 1 s: it had not ended by itself");
  });

  it("kills a process that ignores all signals, after TimeoutStopSec", async () => {
    await dropIn(box, "deaf", "[Service]\nTimeoutStopSec=1\n");
    await start(box, "deaf", "trap '' TERM HUP INT; echo ready; while :; do sleep 4323; done");
    await untilShown(box, "deaf", "ready");
    await systemctl(box, "stop", unitOf("deaf"));
    expect(await processes("sleep 4323")).toBe(0);
    expect(await sessions(box)).not.toContain("deaf");
    expect(await property(box, "deaf", "ActiveState")).toBe("inactive");
    expect(await box.read(`/run/user/${box.uid}/mosaic-agent/deaf.killed`)).toBe("1000\n");
    await systemctl(box, "start", unitOf("deaf"));
    await systemctl(box, "restart", unitOf("deaf"));
    expect(await property(box, "deaf", "ActiveState")).toBe("active");
  });

  it("ends a start that it interrupts", async () => {
    await box.sh("mkfifo ~/hold");
    await dropIn(box, "slow", "[Service]\nExecStartPost=-/bin/sh -c ': <%h/hold'\n");
    await declare(box, "slow", { MOSAIC_AGENT_COMMAND: "exec sleep 4324" });
    await systemctl(box, "start", "--no-block", unitOf("slow"));
    await until("its command runs", async () => (await processes("sleep 4324")) === 1);
    expect(await property(box, "slow", "ActiveState")).toBe("activating");
    await systemctl(box, "stop", unitOf("slow"));
    expect(await property(box, "slow", "Result")).toBe("success");
    expect(await sessions(box)).not.toContain("slow");
    expect(await processes("sleep 4324")).toBe(0);
  });

  it("ends a start with a pane that is not ready yet", async () => {
    // A machine so busy that the pane's shell has not read the script yet, and the start waits for the pane.
    const script = "~/.config/mosaic/tools/fleet/start-agent-session.sh";
    await box.sh(`cp ${script} ~/script; sed -i 's|^  exec 9>|  sleep 20; exec 9>|' ${script}`);
    await systemctl(box, "start", "--no-block", unitOf("early"));
    await until("its session is there", async () => (await sessions(box)).includes("early"));
    await box.sh(`cp ~/script ${script}`);
    await systemctl(box, "stop", unitOf("early"));
    expect(await property(box, "early", "Result")).toBe("success");
    expect(await sessions(box)).not.toContain("early");
  });

  it("of the holder stops every agent first", async () => {
    await start(box, "last", "exec sleep infinity");
    await systemctl(box, "stop", "mosaic-tmux-holder.service");
    expect(await property(box, "last", "ActiveState")).toBe("inactive");
    expect(await property(box, "last", "Result")).toBe("success");
  });

  it("keeps the session if systemd cannot tell a stop from a restart", async () => {
    await box.sh(`mkdir -p ~/tools
      for tool in tmux mkfifo cat rm sleep; do ln -sf "$(command -v $tool)" ~/tools/; done
      printf '#!/bin/sh\\necho no bus today >&2; exit 1\\n' >~/tools/systemctl; chmod +x ~/tools/systemctl`);
    await box.write(
      "~/.config/systemd/user/mosaic-tmux-holder.service.d/path.conf",
      "[Service]\nEnvironment=PATH=%h/tools:/usr/bin:/bin\n",
    );
    await systemctl(box, "daemon-reload");
    await start(box, "unsure", "exec sleep infinity");
    await systemctl(box, "stop", unitOf("unsure"));
    expect(await property(box, "unsure", "Result")).toBe("success");
    expect(await pane(box, "=unsure:", "#{pane_dead}")).toBe("1");
    await untilLogged(box, unitOf("unsure"), "no bus today");
  });
});
