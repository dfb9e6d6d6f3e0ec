import { beforeAll, describe, expect, it } from "vitest";
import { countedRun, placeCounters, type Cost } from "../support/measure/counted.ts";
import { fleetOf } from "../support/fleet/fleet-of.ts";
import { declare, plan } from "../support/fleet/fleet.ts";
import { expectRunning, leavesDaemon, processLines } from "../support/fleet/many.ts";
import { measured } from "../support/rig/measured.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { declare as declareUnit, installUnits, systemctl, unitOf } from "../support/units/fleet.ts";

describe("the number of processes of a run", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await placeCounters(box);
  });

  /** Returns the cost of each step in the life of a fleet of so many agents. All of them run, and then nothing is left. */
  async function life(count: number): Promise<Readonly<Record<string, Cost>>> {
    const before = await processLines(box);
    await declare(box, fleetOf(count, "first", leavesDaemon));
    const first = {
      "first plan": await countedRun(box, "plan"),
      "first apply": await countedRun(box, "apply", "--yes"),
    };
    await expectRunning(box, count);
    expect((await plan(box)).actions).toEqual([]);
    const unchanged = {
      "plan of an unchanged fleet": await countedRun(box, "plan"),
      "apply of an unchanged fleet": await countedRun(box, "apply", "--yes"),
      status: await countedRun(box, "status"),
      events: withoutLimit(await countedRun(box, "events")),
    };
    await declare(box, fleetOf(count, "second", leavesDaemon));
    const changed = {
      "plan of one change": await countedRun(box, "plan"),
      "apply of one change": await countedRun(box, "apply", "--yes"),
      destroy: await countedRun(box, "destroy", "--yes"),
    };
    expect(await box.sh("find ~/.config ! -type d; find /sys/fs/cgroup -name 'mosaic-*'")).toBe("");
    expect(await box.sh("systemctl --user list-units --all --plain --no-legend 'mosaic-*'")).toBe("");
    expect(await processLines(box)).toEqual(before);
    return { ...first, ...unchanged, ...changed };
  }

  it("does not depend on the number of agents: 500 start and stop at once, and leave nothing behind", async () => {
    const five = await life(5);
    const fiveHundred = await life(500);
    expect(fiveHundred).toEqual(five);

    for (const [step, { code, commands, errors, programs }] of Object.entries(five)) {
      measured(`${step}: ${programs.length} processes: ${programs.join(" ")}`);
      expect({ step, code, errors }).toEqual({ step, code: 0, errors: [] });
      expect(programs.length).toBeGreaterThanOrEqual(commands.length);
    }
    const reading = ["systemctl", "tmux"];
    expect(five["plan of an unchanged fleet"]?.programs).toEqual(reading);
    // Here lingering is off, as far as logind's own file tells: then status asks logind.
    expect([...(five["status"]?.programs ?? [])].sort()).toEqual(["loginctl", ...reading]);
    expect(five["events"]?.programs).toEqual(["journalctl"]);
    expect(five["first apply"]?.commands.filter((command) => command.includes("daemon-reload"))).toHaveLength(
      1,
    );
  }, 300_000);
});

/** Leaves out how many lines of the journal are read: more agents have more of them. */
function withoutLimit(cost: Cost): Cost {
  return { ...cost, commands: cost.commands.map((command) => command.replace(/ --lines=\d+/, "")) };
}

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
