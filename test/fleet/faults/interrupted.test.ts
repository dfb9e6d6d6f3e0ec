import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ran } from "../../support/rig/sandbox.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

/** Ends only when it is released. */
const stubborn = {
  command: "trap '' TERM HUP; echo up; until [ -e ~/released ]; do sleep 0.05; done",
  stopTimeout: "60s",
};

/** Returns a fleet in which one agent is to run or not, and another is restarted with each turn. */
function turn(count: number, state: "running" | "stopped"): FleetFile {
  return {
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart" },
    agents: { other: { env: { TURN: String(count) } }, same: {}, stubborn: { ...stubborn, state } },
  };
}

interface Applied {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  readonly unknown: readonly string[];
  readonly skipped: readonly string[];
  readonly interruptedBy: string | null;
  readonly verified: boolean;
  readonly diagnostics: readonly { readonly code: string }[];
}

describe("an apply with a signal", () => {
  const box = useSandbox();
  let count = 0;
  let same: string;
  // All the time, something is left to do: a stop that lasts until the test ends it, and then a restart.
  beforeEach(async () => {
    await box.sh("rm -f ~/released");
    await declare(box, turn(++count, "running"));
    await apply(box);
    same = await pidOf("same");
    await declare(box, turn(++count, "stopped"));
  });

  /** Runs `fleet` in a process of its own, which gets the signals. */
  const run = (...args: readonly string[]): Promise<Ran> =>
    box.run(["fleet", ...args], { timeoutMs: 60_000 });
  const unit = (agent: string): string => `mosaic-agent@${agent}.service`;
  const pidOf = (agent: string): Promise<string> =>
    box.sh(`systemctl --user show --property=MainPID,InvocationID ${unit(agent)}`);
  const phaseOf = (agent: string): Promise<string> =>
    box.sh(`systemctl --user show --property=ActiveState --value ${unit(agent)}`);
  const fleetRun = "^node /run/fleet/bin/fleet (apply|destroy)";

  /**
   * Waits until the stop is under way, and runs a script at once: an apply goes on with its other actions after two
   * seconds.
   */
  const whenStopping = (script: string): Promise<string> =>
    box.sh(
      `until [ "$(systemctl --user show -P ActiveState ${unit("stubborn")})" = deactivating ]; do sleep 0.02; done
      ${script}`,
    );
  const stopping = (): Promise<string> => whenStopping(":");
  /** Lets the stop end. */
  const release = (): Promise<void> => box.write("~/released", "");

  /** Waits until the stop is under way, and sends a signal to `fleet` alone. */
  const signalDuringStop = (signal: string): Promise<string> =>
    whenStopping(`kill -${signal} $(pgrep -f '${fleetRun}')`);

  /** Waits until the stop is under way, and lets it end. */
  async function releaseWhenStopping(): Promise<void> {
    await stopping();
    await release();
  }

  async function expectNextFinishes(): Promise<void> {
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    expect(await pidOf("same")).toBe(same);
  }

  it("finishes its current step after Ctrl-C, and reports the done and the open steps", async () => {
    const before = await pidOf("other");
    const terminal = await openTerminal(box, ["fleet", "apply", "--yes"]);
    await stopping();
    await terminal.press("C-c");
    await terminal.waitFor(
      "SIGINT: waiting for the action under way (stop 1), then ending. Once more stops at once.",
    );
    await release();
    expect(await terminal.exitCode()).toBe(130);
    const screen = await terminal.screen();
    expect(screen).toContain("Stopped 1 agent (");
    expect(screen).toMatch(/Interrupted by SIGINT: 1 of \d actions done\. Not done:\n/);
    expect(screen).toContain(`  restart ${unit("other")}\nRun it again: it goes on from here.`);
    await terminal.close();
    expect(await phaseOf("stubborn")).toBe("inactive\n");
    expect(await pidOf("other")).toBe(before);
    await expectNextFinishes();
  });

  it("reports that as JSON", async () => {
    const running = run("apply", "--yes", "--json");
    await signalDuringStop("TERM");
    await release();
    const ran = await running;
    const said = JSON.parse(ran.stdout) as Applied;
    expect({ code: ran.code, ...said }).toMatchObject({
      code: 130,
      done: [`stop:${unit("stubborn")}`],
      failed: [],
      unknown: [],
      interruptedBy: "SIGTERM",
      verified: false,
    });
    expect(said.skipped).toContain(`restart:${unit("other")}`);
    await expectNextFinishes();
  });

  it("stops at once after the second one, and reports the steps with an unknown result", async () => {
    const running = run("apply", "--yes");
    await signalDuringStop("INT");
    // Not so soon after the first that it would count as its echo. Nothing tells when that time is over.
    await box.sh(`sleep 0.3; kill -INT $(pgrep -f '${fleetRun}')`);
    const ran = await running;
    expect(await phaseOf("stubborn")).toBe("deactivating\n");
    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain("SIGINT again: stopping at once.\n");
    expect(ran.stdout).toMatch(/Interrupted by SIGINT: 0 of \d actions done\. Not done:\n/);
    expect(ran.stdout).toContain(`  stop ${unit("stubborn")} (unknown whether it was done)\n`);
    expect((await box.run(["pgrep", "-f", "systemctl .* stop"])).code).toBe(1);
    await release();
    await expectNextFinishes();
  });

  it("counts the two signals of timeout(1) as one", async () => {
    // It passes a signal on in the same way as at its timeout: to the process, and to the group.
    const running = box.run(["timeout", "60", "fleet", "apply", "--yes"]);
    await whenStopping("pkill -TERM -f '^timeout 60 fleet'");
    await release();
    const ran = await running;
    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain("SIGTERM: waiting for the action under way");
    expect(ran.stderr).not.toContain("again");
    expect(ran.stdout).toMatch(/Interrupted by SIGTERM: \d of /);
    expect(ran.stdout).not.toContain("not known");
    await expectNextFinishes();
  });

  it("reports that with --quiet too", async () => {
    const running = run("apply", "--yes", "--quiet");
    await signalDuringStop("TERM");
    await release();
    const ran = await running;
    expect({ ...ran, stderr: ran.stderr.replace(/of \d/, "of N") }).toEqual({
      code: 130,
      stdout: "",
      stderr:
        "Error: interrupted by SIGTERM: 1 of N actions done\n  = hint: run it again: it goes on from here\n",
    });
    await expectNextFinishes();
  });

  it("continues to its end if the terminal is lost", async () => {
    const terminal = await openTerminal(box, ["fleet", "apply", "--yes", "-v"]);
    await stopping();
    await terminal.close();
    await release();
    await until("it has ended", async () => (await box.run(["pgrep", "-f", "bin/fleet apply"])).code === 1);
    expect((await plan(box)).actions).toEqual([]);
    expect(await pidOf("same")).toBe(same);
  });

  it("continues to its end after SIGHUP, with the usual exit code", async () => {
    const running = run("apply", "--yes");
    await signalDuringStop("HUP");
    await release();
    const ran = await running;
    expect({ code: ran.code, said: ran.stderr }).toEqual({
      code: 0,
      said: expect.stringContaining("SIGHUP: the terminal is gone, and the run continues to its end.\n"),
    });
    expect((await plan(box)).actions).toEqual([]);
  });

  it("continues to its end if its output is closed", async () => {
    const running = box.sh(
      "fleet apply --yes -v 2>&1 | head -n 1; fleet apply --yes -v >/dev/full 2>&1 || test $? = 1",
      { isReal: true },
    );
    await releaseWhenStopping();
    await running;
    expect((await plan(box)).actions).toEqual([]);
    expect(await pidOf("same")).toBe(same);
  });

  it("reports that all was done but not verified if the signal comes after the last action", async () => {
    // In one shell with it, to be quicker than the look at the agents half a second later.
    const script = `
      mkfifo /tmp/said; exec 3<>/tmp/said
      fleet apply --yes --json -v 2>/tmp/said >/tmp/json & fleet=$!
      while read -r line <&3; do case $line in *' restart -- '*) kill -TERM $fleet; break ;; esac; done
      code=0; wait $fleet || code=$?; rm /tmp/said; cat /tmp/json; exit $code`;
    const running = box.run(["bash", "-c", script]);
    await releaseWhenStopping();
    const ran: Ran = await running;
    const said = JSON.parse(ran.stdout) as Applied;
    expect({ code: ran.code, ...said }).toMatchObject({
      code: 130,
      failed: [],
      skipped: [],
      interruptedBy: "SIGTERM",
      verified: false,
    });
    expect((await plan(box)).actions).toEqual([]);
  });

  it("lets the next destroy finish an interrupted one", async () => {
    const running = run("destroy", "--yes");
    await signalDuringStop("TERM");
    await release();
    const ran = await running;
    expect(ran.code).toBe(130);
    expect(ran.stdout).toMatch(/Interrupted by SIGTERM: 4 of \d+ actions done\. Not done:\n/);
    expect(await box.sh("ls ~/.config/systemd/user")).toContain("mosaic-tmux-holder.service\n");
    expect((await fleet(box, "destroy", "--yes")).code).toBe(0);
    expect(await box.sh("ls ~/.config/systemd/user ~/.config/mosaic 2>/dev/null || true")).not.toContain(
      "mosaic-",
    );
  });

  it("ends with 130 while it waits for another run, and leaves no waiting process behind", async () => {
    const first = run("apply", "--yes");
    await stopping();
    const second = run("apply", "--yes", "--lock-timeout", "1h");
    await until("it waits", async () => (await box.run(["pgrep", "-f", "^flock --wait 3600 "])).code === 0);
    await box.sh("pkill -INT -f 'bin/fleet apply --yes --lock-timeout 1h'");
    expect(await second).toEqual({
      code: 130,
      stdout: "",
      stderr: expect.stringMatching(
        /^Waiting for `fleet apply` \(pid \d+, for \d+ s\) to end\.\nError: interrupted while waiting for another run to end\n {2}= Nothing was changed\.\n$/,
      ),
    });
    await until(
      "it has ended",
      async () => (await box.run(["pgrep", "-f", "^flock --wait 3600 "])).code === 1,
    );
    await release();
    expect((await first).code).toBe(0);
  });
});

describe("a question on a terminal", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, turn(1, "running"));
  });

  it.each(["--quiet", "--json"])("shows its subject, also with %s", async (flag) => {
    const before = await machineState(box);
    const terminal = await openTerminal(box, ["fleet", "apply", flag]);
    const screen = await terminal.waitFor("Apply these changes? [y/N]");
    expect(screen).toContain("+ agent other will be added");
    expect(screen).toContain("Plan: 3 to add, 0 to change, 0 to restart, 0 to remove.");
    await terminal.press("n", "Enter");
    expect(await terminal.exitCode()).toBe(1);
    await terminal.close();
    expect(await machineState(box)).toEqual(before);
  });

  it("is not answered yes by a lost terminal, and ends", async () => {
    const before = await machineState(box);
    const terminal = await openTerminal(box, ["fleet", "apply"]);
    await terminal.waitFor("Apply these changes? [y/N]");
    await terminal.close();
    await until("it has ended", async () => (await box.run(["pgrep", "-f", "bin/fleet apply"])).code === 1);
    expect(await machineState(box)).toEqual(before);
  });
});
