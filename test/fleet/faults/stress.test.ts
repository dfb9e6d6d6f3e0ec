import { beforeEach, describe, expect, it } from "vitest";
import { useFreshSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan } from "../../support/fleet/fleet.ts";
import { linesOf } from "../../support/fleet/state.ts";

/** Agents that leave a daemon behind. A stop has to find it too. */
const runtimes = { busy: { command: "setsid --fork sleep 1000; echo up; sleep 1000 & wait" } };

describe("many agents", () => {
  const box = useFreshSandbox();
  let before: readonly string[];
  beforeEach(async () => {
    before = await processes();
  });

  async function declareMany(count: number, settings: object): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => `agent-${index + 1}`);
    const defaults = { runtime: "busy", onChange: "restart", ...settings };
    await declare(box, { runtimes, defaults, agents: Object.fromEntries(names.map((name) => [name, {}])) });
  }

  /** Lists every process in the sandbox, by its command line. */
  async function processes(): Promise<readonly string[]> {
    return linesOf(await box.sh("ps -eo args=")).toSorted();
  }

  /** Returns the main process of every active agent's unit. */
  async function mainPids(): Promise<ReadonlySet<string>> {
    const units = "systemctl --user show --state=active --property=MainPID --value 'mosaic-agent@*'";
    return new Set(linesOf(await box.sh(units)));
  }

  /** Expects that so many agents run: as many sessions and control groups, and nothing failed. */
  async function expectRunning(count: number): Promise<void> {
    const counts = await box.sh(`
      tmux -N -L mosaic-factory list-panes -a -F '#{pane_dead}' | grep -c 0 || true
      tmux -N -L mosaic-factory list-sessions | wc -l
      find /sys/fs/cgroup -name 'mosaic-agent@*' | wc -l
      ls $XDG_RUNTIME_DIR/mosaic-agent 2>/dev/null | wc -l
      systemctl --user list-units --failed --plain --no-legend | wc -l
      systemctl --user list-jobs --plain --no-legend | wc -l`);
    expect(linesOf(counts).map(Number)).toEqual([count, count, count, count, 0, 0]);
    expect((await mainPids()).size).toBe(count);
  }

  it("survive five rounds of start, restart and stop, 50 of them at once", async () => {
    await declareMany(1, {});
    await apply(box);
    await declareMany(1, { state: "stopped" });
    await apply(box);
    const idle = await processes();
    for (let round = 1; round <= 5; round++) {
      await declareMany(50, { env: { ROUND: `${round}` } });
      await apply(box);
      await expectRunning(50);
      const started = await mainPids();

      await declareMany(50, { env: { ROUND: `${round}, again` } });
      await apply(box);
      await expectRunning(50);
      const restarted = await mainPids();
      expect([...restarted].filter((pid) => started.has(pid))).toEqual([]);

      await declareMany(50, { state: "stopped" });
      await apply(box, "--allow-remove-all");
      await expectRunning(0);
      expect(await processes()).toEqual(idle);
    }
    expect((await plan(box)).actions).toEqual([]);
  }, 240_000);

  it("start and stop, 200 of them at once, and leave nothing behind", async () => {
    await declareMany(200, {});
    await apply(box);
    await expectRunning(200);
    expect((await plan(box)).actions).toEqual([]);
    const ran = await fleet(box, "destroy", "--yes");
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({
      code: 0,
      stderr: expect.not.stringContaining("Error"),
    });
    expect(await box.sh("find ~/.config ! -type d; find /sys/fs/cgroup -name 'mosaic-*'")).toBe("");
    expect(await box.sh("systemctl --user list-units --all --plain --no-legend 'mosaic-*'")).toBe("");
    expect(await processes()).toEqual(before);
  }, 240_000);
});
