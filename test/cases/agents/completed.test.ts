import { beforeAll, describe, expect, it } from "vitest";
import type { AgentStatus } from "../../../src/plan/explain/status.ts";
import { apply, declare, fleet, pathOf, plan, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

const never = { restart: { policy: "no" } };
const counts = (name: string, rest = "sleep 0.2"): string =>
  `echo x >> ~/runs-${name}; echo working; ${rest}`;
const agents = {
  job: { command: counts("job"), ...never },
  // Fails twice, and then succeeds.
  stubborn: {
    command: counts("stubborn", '[ "$(wc -l < ~/runs-stubborn)" -ge 3 ]'),
    run: "once",
    restart: { delay: "100ms" },
  },
  nap: { command: waits, dependsOn: ["job"] },
};

describe("A job that has ended with exit status 0", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, { agents });
    await fleet(box, "apply", "--yes");
    await bothCompleted();
  });

  const status = async (name: string): Promise<AgentStatus | undefined> => {
    const { stdout } = await fleet(box, "status", "--json");
    return (JSON.parse(stdout) as { agents: AgentStatus[] }).agents.find((agent) => agent.name === name);
  };
  const bothCompleted = () =>
    until("both jobs are completed", async () => {
      const states = [await status("job"), await status("stubborn")].map((agent) => agent?.state);
      return states.every((state) => state === "completed");
    });
  const runs = async (name: string): Promise<number> => Number(await box.sh(`wc -l < ~/runs-${name}`));
  const completion = (name: string): string => `~/.config/${pathOf.env(name).replace(".env", ".completed")}`;

  it("is shown as completed with its time, planned as done, and not pending", async () => {
    expect(await status("job")).toMatchObject({ state: "completed", exitStatus: 0, pending: null });
    const age = Date.now() - Date.parse(String((await status("job"))?.since));
    expect(age).toBeLessThan(60_000);
    const { stdout } = await fleet(box, "status");
    expect(stdout).toMatch(/^job +completed \(0\) +\d+ s +0/m);
    expect(stdout).toContain("3 agents, 1 running, 2 completed, nothing pending.");
    expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(0);
    const before = await machineState(box);
    expect(await apply(box)).not.toContain("start");
    expect(await machineState(box)).toEqual(before);
    expect((await fleet(box, "why", "job")).stdout).toMatch(
      /completed +since .*, with exit status 0; .*fleet start job/,
    );
    expect([await runs("job"), await runs("stubborn")]).toEqual([1, 3]);
  });

  it("is not run again by systemd: neither at boot, nor together with an agent that depends on it", async () => {
    await box.sh(
      "systemctl --user restart mosaic-agent@nap; systemctl --user start default.target mosaic-agent@job",
    );
    expect(await runs("job")).toBe(1);
    expect(await status("job")).toMatchObject({ state: "completed" });
  });

  it("is not run again when its settings or the content of its envFiles change", async () => {
    const env = { envFiles: ["~/key.env"] };
    await box.write("~/key.env", "KEY=1\n", 0o600);
    await declare(box, { agents: { ...agents, keyed: { command: counts("keyed"), ...never, ...env } } });
    await apply(box);
    await until("it is completed", async () => (await status("keyed"))?.state === "completed");
    await box.write("~/key.env", "KEY=2\n", 0o600);
    const others = { description: "a job", resources: { tasksMax: 500 } };
    await declare(box, {
      agents: {
        ...agents,
        job: { ...agents.job, ...others },
        keyed: { command: counts("keyed"), ...never, ...env },
      },
    });
    await apply(box);
    expect([await runs("job"), await runs("keyed")]).toEqual([1, 1]);
    expect((await plan(box)).actions).toEqual([]);
    await declare(box, { agents });
    await apply(box);
  });

  it("is run again if its command changes, if a person asks for it, and if it is no longer a job", async () => {
    await declare(box, { agents: { ...agents, job: { ...agents.job, env: { N: "2" } } } });
    expect((await plan(box)).agents.find(({ name }) => name === "job")).toMatchObject({
      action: "start",
      reason: "env-changed",
      changes: [{ fields: ["env.N"] }],
    });
    await apply(box);
    await until(
      "it ran again",
      async () => (await runs("job")) === 2 && (await status("job"))?.state === "completed",
    );
    for (const verb of ["start", "restart"]) {
      const before = await runs("job");
      expect((await fleet(box, verb, "--yes", "job")).code).toBe(0);
      await until("it has run", async () => (await runs("job")) === before + 1);
      await bothCompleted();
    }
    await declare(box, { agents: { ...agents, job: { command: waits } } });
    await apply(box);
    expect(await status("job")).toMatchObject({ state: "running" });
    expect((await plan(box)).actions).toEqual([]);
    expect(await box.sh(`ls ${completion("job")} 2>&1 || :`)).toContain("No such file");
  });

  it("is not completed by a stop, a signal, or another exit status", async () => {
    await declare(box, {
      agents: {
        ...agents,
        job: { command: `trap 'exit 0' TERM HUP; ${waits.replace("exec ", "")} & wait`, ...never },
        bad: { command: "exit 3", ...never },
      },
    });
    expect((await fleet(box, "apply", "--yes")).code).toBe(4);
    expect(await status("bad")).toMatchObject({ state: "failed", exitStatus: 3, pending: "failed" });
    await fleet(box, "stop", "--yes", "job");
    expect(await status("job")).toMatchObject({ state: "stopped", pending: "not-running" });
  });

  it("is left alone by a watch, which reports it once", async () => {
    await declare(box, { agents: { ...agents, job: { command: counts("watched"), ...never } } });
    const watch = await startWatch(box, ["--resync", "1s"]);
    await watch.waitFor("job is completed", ({ event, agent }) => event === "completed" && agent === "job");
    const told = await watch.settled();
    await watch.signal("HUP");
    await watch.waitFor("it has looked again", ({ event }) => event === "in-line", told.length);
    expect(await runs("watched")).toBe(1);
    const events = (await watch.told()).filter(({ agent }) => agent === "job").map(({ event }) => event);
    expect(events.filter((event) => event === "completed")).toHaveLength(1);
    expect(events).not.toContain("failed");
    await watch.stop();
  });

  it("leaves no trace when it is removed", async () => {
    await box.sh(`test -e ${completion("job")}`);
    await declare(box, { agents: { nap: { command: waits } } });
    await apply(box, "--allow-remove-all");
    expect(await box.sh("find ~/.config -name '*.completed'")).toBe("");
  });
});
