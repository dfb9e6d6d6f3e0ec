import { beforeAll, describe, expect, it } from "vitest";
import type { AgentStatus } from "../../../src/plan/explain/status.ts";
import { apply, declare, fleet, plan, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

/** Returns a job ending with the exit status in the file `~/end-NAME`, as soon as there is one. */
const job = (name: string, more: object = {}): object => ({
  command: `echo run >> ~/runs-${name}; while [ ! -e ~/end-${name} ]; do sleep 0.05; done; exit "$(cat ~/end-${name})"`,
  run: "once",
  restart: { policy: "no" },
  ...more,
});
const fleetFile = (more: object = {}, migrate: object = {}): FleetFile => ({
  services: {
    migrate: job("migrate", migrate),
    api: { command: waits, dependsOn: { migrate: "completed" } },
  },
  agents: {
    fetch: job("fetch"),
    app: { command: waits, onChange: "restart", dependsOn: { migrate: "completed", fetch: "completed" } },
    other: { command: waits },
    ...more,
  },
});

describe("An agent that depends on the completion of jobs", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, fleetFile());
  });

  const status = async (name: string): Promise<AgentStatus | undefined> => {
    const { stdout } = await fleet(box, "status", "--json");
    return (JSON.parse(stdout) as { agents: AgentStatus[] }).agents.find((agent) => agent.name === name);
  };
  const becomes = (name: string, state: string) =>
    until(`${name} is ${state}`, async () => (await status(name))?.state === state);
  const runs = async (name: string): Promise<number> => Number(await box.sh(`wc -l < ~/runs-${name}`));
  const planned = async (name: string) => (await plan(box)).agents.find((agent) => agent.name === name);
  const pid = (name: string) => box.sh(`systemctl --user show -P MainPID mosaic-agent@${name}`);

  it("is added without a start, and the plan, why and the result name the jobs", async () => {
    const first = await fleet(box, "plan");
    expect(first.stdout).toContain("starts after job migrate, which is not completed, and does not run");
    expect((await fleet(box, "apply", "--yes")).code).toBe(0);
    expect(await planned("app")).toMatchObject({
      action: "pending",
      hold: "job",
      awaiting: "start",
      reason: "job-not-completed",
      changes: [
        { job: "migrate", state: "running" },
        { job: "fetch", state: "running" },
      ],
    });
    expect((await plan(box)).actions).toEqual([]);
    expect((await fleet(box, "why", "app")).stdout).toMatch(
      /starts after job migrate, which is not completed yet[\s\S]*none until the job is completed; then systemd starts it/,
    );
    expect((await fleet(box, "apply", "--yes")).stdout).toContain(
      "wait for a job to be completed. To see which: fleet status api app",
    );
    expect(await status("other")).toMatchObject({ state: "running" });
  });

  it("is not started by systemd, by hand or by fleet start, before all of them are completed", async () => {
    await box.sh("systemctl --user start default.target mosaic-agent@app mosaic-agent@api");
    expect((await fleet(box, "start", "--yes", "app")).stdout).toContain("starts after job migrate");
    await box.sh("echo 0 > ~/end-fetch");
    await becomes("fetch", "completed");
    expect([await status("app"), await status("api")]).toMatchObject([
      { state: "stopped" },
      { state: "stopped" },
    ]);
  });

  it("stays down while a job fails, which plan, why and apply tell", async () => {
    await box.sh("echo 3 > ~/end-migrate");
    await becomes("migrate", "failed");
    expect(await planned("api")).toMatchObject({
      action: "pending",
      changes: [{ job: "migrate", state: "failed", exitStatus: 3 }],
    });
    expect((await fleet(box, "why", "api")).stdout).toContain(
      "starts after job migrate, which has failed with exit status 3",
    );
    // An apply tries the job again.
    expect((await fleet(box, "apply", "--yes")).code).toBe(4);
    expect(await runs("migrate")).toBe(2);
    expect(await status("api")).toMatchObject({ state: "stopped" });
  });

  it("is started by systemd as soon as the last job is completed, and by each start of the user manager", async () => {
    await box.sh("rm ~/end-migrate");
    await apply(box);
    await box.sh("echo 0 > ~/end-migrate");
    await becomes("app", "running");
    await becomes("api", "running");
    expect((await plan(box)).actions).toEqual([]);
    expect(await runs("migrate")).toBe(3);
    // As at boot: everything stops, and default.target starts.
    await box.sh(
      "systemctl --user stop 'mosaic-agent@*' mosaic-tmux-holder; systemctl --user start default.target mosaic-agent@app mosaic-agent@api",
    );
    expect([await status("app"), await status("api")]).toMatchObject([
      { state: "running" },
      { state: "running" },
    ]);
    expect([await runs("migrate"), await runs("fetch")]).toEqual([3, 1]);
    await apply(box);
  });

  it("goes on while a job runs again, and is not restarted before that is completed", async () => {
    const before = [await pid("app"), await pid("api")];
    await box.sh("rm ~/end-migrate");
    const next = fleetFile({}, { env: { N: "2" } }) as { agents: Record<string, object> };
    await declare(box, {
      ...next,
      agents: { ...next.agents, app: { ...next.agents["app"], env: { N: "2" } } },
    });
    await apply(box);
    expect(await planned("app")).toMatchObject({ action: "pending", hold: "job", awaiting: "restart" });
    expect([await pid("app"), await pid("api")]).toEqual(before);
    // A restart of everything runs the jobs again, and ends nothing that systemd would not start.
    await fleet(box, "restart", "--yes", "app", "migrate", "--now");
    expect(await pid("app")).toBe(before[0]);
    const watch = await startWatch(box, ["--resync", "1s"]);
    await watch.waitFor("app waits", ({ event, agent }) => event === "waiting" && agent === "app");
    const { length } = await watch.told();
    await box.sh("echo 0 > ~/end-migrate");
    await watch.waitFor(
      "app was restarted",
      ({ event, agent, action }) => event === "changed" && agent === "app" && action === "restarted",
      length,
    );
    await watch.settled();
    await watch.stop();
    await until("app runs as declared", async () => (await planned("app"))?.action === "none");
    expect(await pid("app")).not.toBe(before[0]);
    expect(await pid("api")).toBe(before[1]);
  });

  it("is not started by the end of a job while it is suspended", async () => {
    await fleet(box, "stop", "--yes", "--keep-down", "api");
    await fleet(box, "start", "--yes", "migrate");
    await becomes("migrate", "completed");
    await until("the unit of the job has ended", async () =>
      (await box.sh("systemctl --user is-active mosaic-agent@migrate || :")).includes("inactive"),
    );
    expect(await box.sh("systemctl --user list-jobs | grep -c mosaic-agent@api || :")).toBe("0\n");
    expect(await status("api")).toMatchObject({ state: "stopped" });
  });
});
