import { describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import {
  pane,
  property,
  sessions,
  start,
  systemctl,
  tmux,
  unitOf,
  untilLogged,
} from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

const holder = "mosaic-tmux-holder.service";

describe("the holder", () => {
  const box = useUnits();

  const holderPid = async (): Promise<string> =>
    (await systemctl(box, "show", "--property=MainPID", "--value", holder)).trim();

  it("comes back with every agent when its server is killed with -9", async () => {
    const agents = ["one", "two", "three", "four", "five"];
    await Promise.all(agents.map((agent) => start(box, agent, "exec sleep infinity")));
    for (let round = 0; round < 3; round++) {
      const before = await holderPid();
      await box.sh(`kill -9 ${before}`);
      await until("all agents are back in a new server", async () => {
        const pids = (await tmux(box, "list-panes", "-a", "-F", "#{pane_dead} #{pid} #{session_name}"))
          .trim()
          .split("\n");
        const states = await Promise.all(agents.map((agent) => property(box, agent, "ActiveState")));
        return (
          pids.length === 5 &&
          pids.every((line) => line.startsWith("0 ") && !line.includes(` ${before} `)) &&
          states.every((state) => state === "active")
        );
      });
      expect(await pane(box, "=one:", "#{pid}")).toBe(await holderPid());
    }
  });

  it("comes back by itself, without any agent", async () => {
    await box.sh("systemctl --user stop 'mosaic-agent@*'");
    const before = await holderPid();
    await box.sh(`kill -9 ${before}`);
    await until("a new server runs", async () => !["0", before].includes(await holderPid()));
    expect((await tmux(box, "display-message", "-p", "#{pid}")).trim()).toBe(await holderPid());
    await start(box, "one", "exec sleep infinity");
  });

  it("gives the session bus to programs in panes, and not to the server, which would have panes moved out of their units", async () => {
    const ofServer = await box.sh(`tr '\\0' '\\n' </proc/${await holderPid()}/environ | grep ^DBUS_SESSION`);
    expect(ofServer).toBe("DBUS_SESSION_BUS_ADDRESS=unix:path=/dev/null\n");
    const real = await box.sh("systemctl --user show-environment | grep ^DBUS_SESSION_BUS_ADDRESS=");
    expect(await tmux(box, "show-environment", "-g", "DBUS_SESSION_BUS_ADDRESS")).toBe(real);
    const scopes = await systemctl(box, "list-units", "--no-legend", "--plain", "--type=scope");
    expect(scopes).not.toContain("tmux-spawn");
  });

  it("keeps the server's socket at its usual path, in any environment of the manager", async () => {
    await box.sh("mkdir ~/elsewhere");
    await systemctl(box, "set-environment", "TMUX_TMPDIR=/run/home/elsewhere", "TMUX=/tmp/x,1,2");
    await systemctl(box, "restart", holder);
    await systemctl(box, "unset-environment", "TMUX_TMPDIR", "TMUX");
    expect(await pane(box, "=one:", "#{socket_path}")).toBe(`/tmp/tmux-${box.uid}/mosaic-factory`);
  });

  it("finds tmux by the manager's PATH", async () => {
    await box.sh(
      `mkdir -p ~/opt; printf '#!/bin/sh\\necho "$@" >>~/calls\\nexec ${(await box.sh("command -v tmux")).trim()} "$@"\\n' >~/opt/tmux; chmod +x ~/opt/tmux`,
    );
    await systemctl(box, "set-environment", `PATH=/run/home/opt:/usr/bin:/bin`);
    await systemctl(box, "restart", holder);
    await start(box, "by-path", "exec sleep infinity");
    expect(await box.read("~/calls")).toMatch(/start-server[^]*new-session -d -s by-path/);
    await systemctl(box, "unset-environment", "PATH");
  });

  it("stops within a moment, and its sessions with it", async () => {
    await systemctl(box, "stop", holder);
    expect(await sessions(box)).toEqual([]);
    expect((await box.run(["pgrep", "-x", "sleep"])).stdout).toBe("");
  });
});

describe("the user's tmux.conf", () => {
  const box = useUnits();

  it("may contain the settings that break a fleet", async () => {
    await box.write(
      "~/.tmux.conf",
      `set -g no-such-option on
set -s exit-empty on
set -s exit-unattached on
set -g destroy-unattached on
set -g remain-on-exit off
set -g base-index 1
setw -g pane-base-index 1
set -g default-shell /usr/bin/fish
set -g default-command "exit 1"
set -g default-terminal screen-256color
set -g detach-on-destroy off
set -g renumber-windows on
set -g status-left "#(touch ~/status)"
set-hook -g after-new-session 'split-window "sleep 1000" ; new-window "sleep 1000"'
run-shell 'exit 3'
`,
    );
    await start(box, "canary", "echo in $TERM; exec sleep infinity");
    const format = "#{pane_id} #{@mosaic_agent} #{pane_start_command}";
    const panes = async () =>
      (await tmux(box, "list-panes", "-s", "-t", "=canary:", "-F", format)).trim().split("\n");
    const own = (await panes()).find((line) => line.includes(" canary "))?.split(" ")[0] ?? "";
    await until("the agent's own pane shows what its command says", async () =>
      (await tmux(box, "capture-pane", "-p", "-t", own)).includes("in screen-256color"),
    );
    await systemctl(box, "restart", unitOf("canary"));
    await systemctl(box, "is-active", unitOf("canary"), holder);
    expect(await panes()).toHaveLength(3);
    expect((await panes()).filter((line) => line.includes(" canary "))).toEqual([
      expect.stringMatching(`^${own} canary .*--pane canary `),
    ]);
    await systemctl(box, "stop", unitOf("canary"));
    expect(await sessions(box)).toEqual([]);
    await systemctl(box, "is-active", holder);
  });

  it("may have an error in it", async () => {
    await box.write("~/.tmux.conf", 'set -s exit-empty on\nunterminated "\n');
    await systemctl(box, "restart", holder);
    expect((await tmux(box, "show-options", "-sv", "exit-empty")).trim()).toBe("off");
  });

  it("may be another file, named in the holder's environment", async () => {
    await box.write("~/other.conf", "set -g @from other\n");
    await box.write(
      `~/.config/systemd/user/${holder}.d/config.conf`,
      "[Service]\nEnvironment=MOSAIC_TMUX_CONFIG=%h/other.conf\n",
    );
    await systemctl(box, "daemon-reload");
    await systemctl(box, "restart", holder);
    expect((await tmux(box, "show-options", "-gv", "@from")).trim()).toBe("other");
    expect((await tmux(box, "show-options", "-gv", "base-index")).trim()).toBe("0");
  });

  it("may be missing", async () => {
    await box.sh("rm ~/other.conf");
    await systemctl(box, "restart", holder);
    expect((await tmux(box, "show-options", "-gqv", "@from")).trim()).toBe("");
  });

  it("may run a command that does not end", async () => {
    await box.write("~/other.conf", "run-shell 'sleep infinity'\n");
    await systemctl(box, "restart", holder);
    await untilLogged(box, holder, "a command in the tmux configuration has not ended");
    expect((await tmux(box, "show-options", "-sv", "exit-empty")).trim()).toBe("off");
    await start(box, "canary", "exec sleep infinity");
  });
});
