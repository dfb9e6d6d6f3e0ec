import { describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import { pane, property, sessions, systemctl, tmux, unitOf } from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

describe("units/ by hand, without env file and without the reconciler", () => {
  const box = useUnits();

  it("starts a session with the agent's name, as the documentation says", async () => {
    await systemctl(box, "start", "mosaic-tmux-holder.service");
    await systemctl(box, "start", "mosaic-agent@canary.service");
    expect(await box.sh("tmux -L mosaic-factory ls")).toMatch(/^canary: 1 windows/);
  });

  it("runs the user's own shell, interactively, in HOME", async () => {
    await tmux(box, "send-keys", "-t", "=canary:", 'echo "$0 $- $PWD" >~/said', "Enter");
    const said = await until("the shell answers", async () => (await box.read("~/said")).trim() || false);
    expect(said).toMatch(/^\/bin\/bash \w*i\w* \/run\/home$/);
  });

  it("has every process of the agent in the unit's own control group", async () => {
    const group = await property(box, "canary", "ControlGroup");
    const pids = (await box.sh(`cat "/sys/fs/cgroup${group}/cgroup.procs"`)).trim().split("\n");
    expect(pids).toContain(await pane(box, "=canary:", "#{pane_pid}"));
    await tmux(box, "send-keys", "-t", "=canary:", "grep ^0:: /proc/self/cgroup >~/group", "Enter");
    const line = await until("the shell answers", async () => (await box.read("~/group")).trim() || false);
    expect(line).toBe(`0::${group}`);
  });

  it("marks the agent's pane and session for other programs", async () => {
    expect(
      await pane(
        box,
        "=canary:",
        "#{@mosaic_agent} [#{@mosaic_config}] [#{@mosaic_units}] #{@mosaic_unit} #{remain-on-exit}",
      ),
    ).toBe(`canary [] [] ${unitOf("canary")} on`);
  });

  it("leaves the server to the holder", async () => {
    const holder = await systemctl(
      box,
      "show",
      "--property=MainPID",
      "--value",
      "mosaic-tmux-holder.service",
    );
    expect(await pane(box, "=canary:", "#{pid}")).toBe(holder.trim());
  });

  it("keeps no copy of the environment once the agent has it", async () => {
    const folder = `/run/user/${box.uid}/mosaic-agent/canary`;
    expect((await box.sh(`ls -A ${folder}`)).split("\n").filter(Boolean)).toEqual([
      "env",
      "lock",
      "pid",
      "screen",
      "tmux",
    ]);
    expect(await box.sh(`cat ${folder}/env ${folder}/screen`)).toBe("");
  });

  it("stops without a trace, and the server continues", async () => {
    await systemctl(box, "stop", unitOf("canary"));
    expect(await sessions(box)).toEqual([]);
    expect(await property(box, "canary", "Result")).toBe("success");
    expect(await box.sh("ls -A $XDG_RUNTIME_DIR/mosaic-agent")).toBe("");
    await systemctl(box, "is-active", "mosaic-tmux-holder.service");
  });

  it("runs once after several starts at once", async () => {
    await Promise.all(Array.from({ length: 5 }, () => systemctl(box, "start", unitOf("canary"))));
    expect(await sessions(box)).toEqual(["canary"]);
    expect((await box.run(["pgrep", "-fc", "--", "--pane canary"])).stdout).toBe("1\n");
  });

  it("starts with the user manager once it is enabled", async () => {
    await systemctl(box, "enable", unitOf("canary"));
    expect(await systemctl(box, "list-dependencies", "--plain", "default.target")).toContain(
      unitOf("canary"),
    );
  });
});
