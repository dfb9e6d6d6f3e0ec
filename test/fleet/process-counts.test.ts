import { beforeAll, describe, expect, it } from "vitest";
import { placeCounters } from "../support/measure/counted.ts";
import { measured } from "../support/rig/measured.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { declare as declareUnit, installUnits, systemctl, unitOf } from "../support/units/fleet.ts";

describe("the number of programs at the start of an agent", () => {
  const box = useSandbox();
  const log = "/run/home/counted-starts";
  beforeAll(async () => {
    await installUnits(box);
    await placeCounters(box);
    await box.write(
      "~/.config/systemd/user/mosaic-tmux-holder.service.d/path.conf",
      `[Service]\nEnvironment=PATH=/run/home/counted:/usr/bin:/bin COUNTED=${log}\n`,
    );
    await box.write(
      "~/.config/systemd/user/mosaic-agent@.service.d/count.conf",
      `[Service]\nEnvironment=COUNTED=${log}\n`,
    );
    await systemctl(box, "daemon-reload");
    await systemctl(box, "start", "mosaic-tmux-holder.service");
    await declareUnit(box, "a", { MOSAIC_AGENT_COMMAND: "exec /bin/sleep infinity" });
  });

  /** Returns the names of the programs that a call of systemctl makes the script execute by their names. */
  async function counted(verb: string): Promise<readonly string[]> {
    await box.write(log, "");
    await systemctl(box, verb, unitOf("a"));
    const programs = (await box.read(log)).split("\n").filter(Boolean).sort();
    measured(`${verb}: ${programs.join(" ")}`);
    return programs;
  }

  /** Leaves out the watchdog, which a quick pane does not need. */
  const withoutWatchdog = (programs: readonly string[]) => programs.filter((name) => name !== "sleep");

  it("is one call of tmux, and a watchdog at most", async () => {
    // Further programs have a path, and do not count here: the script twice, the command's sh, and utempter, for tmux.
    const programs = await counted("start");
    expect(programs.length).toBeLessThanOrEqual(2);
    expect(withoutWatchdog(programs)).toEqual(["tmux"]);
  });

  it("is one call of systemctl and a second one of tmux more for a restart, and the old screen's cat", async () => {
    const programs = await counted("restart");
    expect(withoutWatchdog(programs).filter((name) => name !== "cat")).toEqual(["systemctl", "tmux", "tmux"]);
  });

  it("leaves two shells next to the agent, which take less than 1 MB", async () => {
    const group = (await systemctl(box, "show", "--property=ControlGroup", "--value", unitOf("a"))).trim();
    const lines = await box.sh(
      `for pid in $(cat "/sys/fs/cgroup${group}/cgroup.procs"); do
        echo "$(cat /proc/$pid/comm) $(sed -n 's/^Pss: *//p' /proc/$pid/smaps_rollup)"; done`,
    );
    const processes = lines
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    expect(processes.map(([name = ""]) => name).toSorted()).toEqual([
      "sleep",
      "start-agent-ses",
      "start-agent-ses",
    ]);
    const ours = processes.filter(([name]) => name !== "sleep");
    const total = ours.reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0);
    measured(`next to the agent: ${total} kB`);
    expect(total).toBeLessThan(1024);
  });
});
