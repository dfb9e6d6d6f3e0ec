import { beforeAll, describe, expect, it } from "vitest";
import { fleetOf } from "../support/fleet/fleet-of.ts";
import { declare, plan } from "../support/fleet/fleet.ts";
import { expectRunning, leavesDaemon, processLines } from "../support/fleet/many.ts";
import { countedRun, placeCounters, type Cost } from "../support/measure/counted.ts";
import { measureProgram, mediansOf } from "../support/measure/medians.ts";
import { measured } from "../support/rig/measured.ts";
import { openTerminal } from "../support/rig/terminal.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

describe("the cost of a run", () => {
  const box = useSandbox({ visible: measureProgram });
  let times: Times | undefined;
  beforeAll(async () => {
    await placeCounters(box);
  });

  /** Returns processor times with all agents at rest, ms, and the share of a processor of `fleet top`. */
  async function timesOf(): Promise<Times> {
    const terminal = await openTerminal(box, ["fleet", "top"], { columns: 120, rows: 40 });
    await terminal.waitFor(/^> /m);
    // The view comes to rest next to these.
    const ms = await mediansOf(
      box,
      {
        node: [["node", "-e", "0"]],
        plan: [["fleet", "plan"]],
        status: [["fleet", "status"]],
        completion: [["fleet", "__complete", "words", "stop", "agent-4"]],
      },
      "5 processor",
    );
    const top = Number(await box.sh(topShare, { timeoutMs: 60_000 }));
    await terminal.press("q");
    await terminal.close();
    return { ...ms, top };
  }

  /** Returns the cost of each step in the life of a fleet of so many agents. All of them run, and then nothing is left. */
  async function life(count: number, atRest: () => Promise<void>): Promise<Readonly<Record<string, Cost>>> {
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
    await atRest();
    await declare(box, fleetOf(count, "second", leavesDaemon));
    const changed = {
      "plan of one change": await countedRun(box, "plan"),
      "apply of one change": await countedRun(box, "apply", "--yes"),
      destroy: await countedRun(box, "destroy", "--yes"),
    };
    // On a busy machine, the kernel removes control groups a moment later.
    await until("nothing is left", async () => {
      expect(await box.sh("find ~/.config ! -type d; find /sys/fs/cgroup -name 'mosaic-*'")).toBe("");
      expect(await box.sh("systemctl --user list-units --all --plain --no-legend 'mosaic-*'")).toBe("");
      expect(await processLines(box)).toEqual(before);
      return true;
    });
    return { ...first, ...unchanged, ...changed };
  }

  it("does not depend on the number of agents: 500 start and stop at once, and leave nothing behind", async () => {
    const five = await life(5, async () => undefined);
    const fiveHundred = await life(500, async () => void (times = await timesOf()));
    expect(fiveHundred).toEqual(five);

    for (const [step, { code, commands, errors, programs }] of Object.entries(five)) {
      measured(`${step}: ${programs.length} processes: ${programs.join(" ")}`);
      expect({ step, code, errors }).toEqual({ step, code: 0, errors: [] });
      expect(programs.length).toBeGreaterThanOrEqual(commands.length);
    }
    const reading = ["systemctl", "tmux"];
    expect(five["plan of an unchanged fleet"]?.programs).toEqual(reading);
    // A sandbox has no system bus, so nobody asks logind.
    expect([...(five["status"]?.programs ?? [])].sort()).toEqual(reading);
    expect(five["events"]?.programs).toEqual(["journalctl"]);
    expect(five["first apply"]?.commands.filter((command) => command.includes("daemon-reload"))).toHaveLength(
      1,
    );
  }, 300_000);

  it("stays small with 500 agents, for a status, a completion and fleet top", () => {
    if (times === undefined) throw new Error("the 500 agents did not run");
    measured("ms of the processor:", times);
    // Measured: 1.3 to 1.4.
    expect(times.status / times.plan).toBeLessThan(1.7);
    // Other work slows the processor down, as far as its caches and threads are shared: node alone tells how much.
    const slowness = Math.max(1, times.node / 45);
    // Measured: 50 to 60 ms, of which node alone takes 40.
    expect(times.completion).toBeLessThan(100 * slowness);
    // Measured: 0.8 to 1.4 %.
    expect(times.top).toBeLessThan(0.02 * slowness);
  });
});

/** Processor times, ms; `top` is a share of a processor. */
type Times = Readonly<Record<"node" | "plan" | "status" | "completion" | "top", number>>;

/** Leaves out how many lines of the journal are read: more agents have more of them. */
function withoutLimit(cost: Cost): Cost {
  return { ...cost, commands: cost.commands.map((command) => command.replace(/ --lines=\d+/, "")) };
}

/**
 * Prints the processor time of `fleet top` and its children at rest, in 10 seconds, as a share of them. It begins with
 * two looks, and is at rest after two seconds without any work.
 */
const topShare = `
pid=$(pgrep -f '^[^ ]*node [^ ]* top$')
spent() { sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 + $14 + $15 }'; }
before=; until [ "$before" = "$(spent)" ]; do before=$(spent); sleep 2; done
sleep 10; after=$(spent)
awk "BEGIN { print ($after - $before) / 1000 }"
`;
