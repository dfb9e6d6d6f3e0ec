import { describe, expect, it } from "vitest";
import { agentStatuses, type AgentStatus } from "../../../src/plan/explain/status.ts";
import { drift, type Happening } from "../../support/plan/drift.ts";
import { desiredFor, edited, machineWith, planOn, trio } from "../../support/plan/scene.ts";
import { change, emptyWorld, observedOf, type World } from "../../support/plan/world.ts";

const applied = machineWith(trio);

function statuses(world: World, fleet = trio): readonly AgentStatus[] {
  return agentStatuses(desiredFor(fleet), observedOf(world), planOn(world, fleet));
}

function after(...happenings: readonly Happening["what"][]): World {
  return drift(
    applied,
    happenings.map((what) => ({ what, pick: 0 })),
  );
}

describe("The status of an agent", () => {
  it.each<[string, Happening["what"], Partial<AgentStatus>]>([
    ["that runs", "reloaded", { state: "running", active: "active", pending: undefined }],
    ["that was stopped by hand", "stopped", { state: "stopped", active: "inactive", pending: "not-running" }],
    ["that failed", "failed", { state: "failed", active: "failed", pending: "failed", pid: undefined }],
    ["that is about to be restarted", "autoRestarting", { state: "restarting", sub: "auto-restart" }],
    ["that is starting", "starting", { state: "starting", pending: undefined }],
    ["that is stopping", "stopping", { state: "stopped", active: "deactivating" }],
    ["that crashed and is back", "crashed", { state: "running", restarts: 1, exitStatus: undefined }],
    ["that somebody uses", "attached", { state: "running", attached: 1 }],
  ])("%s", (_, what, expected) => {
    const [canary] = statuses(after(what));
    expect(canary).toMatchObject({ name: "canary", desired: "running", ...expected });
  });

  it("reports the time of its start, its process and how long it has been quiet", () => {
    const [canary] = statuses(applied);
    expect(canary?.since).toBe(applied.runtime.get("canary")?.startedMs);
    expect(canary?.pid).toBeDefined();
    expect(canary?.idleSeconds).toBeGreaterThanOrEqual(3600);
  });

  it("reports how it ended, as long as it does not run", () => {
    const failed = change(after("failed"), (world) => {
      world.runtime.set("canary", { startedMs: 1, exitStatus: 3, restarts: 5 });
    });
    expect(statuses(failed)[0]).toMatchObject({ exitStatus: 3, restarts: 5, since: undefined });
  });

  it("reports that memory ran out in its last run, also after systemd has started it again", () => {
    const memoryEnd = { atMs: 2, limitBytes: 1_000 };
    const ended = (world: World): World =>
      change(world, ({ runtime }) => {
        runtime.set("canary", { startedMs: 1, exitStatus: 137, restarts: 1, memoryEnd });
      });
    expect(statuses(ended(after("failed")))[0]).toMatchObject({ exitStatus: 137, memoryEnd });
    expect(statuses(ended(applied))[0]).toMatchObject({ exitStatus: undefined, memoryEnd });
    expect(statuses(applied)[0]?.memoryEnd).toBeUndefined();
    expect(planOn(ended(after("failed")), trio).agents[0]?.changes).toContainEqual({
      reason: "failed",
      exitStatus: 137,
      outOfMemory: true,
      isRetried: false,
    });
  });

  it("reports nothing of an earlier agent of its name, whose runtime directory systemd has left", () => {
    const left = change(machineWith({ agents: {} }), ({ runtime }) => {
      runtime.set("canary", { startedMs: 1, exitStatus: 127, restarts: 4 });
    });
    expect(statuses(left)[0]).toMatchObject({ state: "missing", exitStatus: undefined, restarts: 0 });
  });

  it("reports that a stop had to kill it, as long as it is stopped", () => {
    const killed = { startedMs: 1, exitStatus: undefined, restarts: 0, killedAfterMs: 3_000 };
    const withKilled = (world: World): World =>
      change(world, ({ runtime }) => {
        runtime.set("canary", killed);
      });
    expect(statuses(withKilled(after("stopped")))[0]).toMatchObject({
      state: "stopped",
      killedAfterMs: 3_000,
    });
    expect(statuses(withKilled(applied))[0]).toMatchObject({ state: "running", killedAfterMs: undefined });
  });

  it("does not report how an earlier run ended once it runs again", () => {
    const again = change(applied, (world) => {
      world.runtime.set("canary", { startedMs: 1, exitStatus: 3, restarts: 1 });
    });
    expect(statuses(again)[0]).toMatchObject({
      state: "running",
      exitStatus: undefined,
      since: 1,
      restarts: 1,
    });
  });

  it("is missing if it was never applied, with the deferred changes", () => {
    const empty = emptyWorld(applied.layout, applied.inputs);
    expect(statuses(empty).map(({ name, state, pending }) => [name, state, pending])).toEqual([
      ["canary", "missing", "new"],
      ["planner", "missing", "new"],
      ["tester", "missing", "new"],
    ]);
  });

  it("includes agents that are no longer declared, and foreign ones", () => {
    const fewer = { ...trio, agents: { planner: { command: "plan --watch" } } };
    const named = statuses(after("unitStarted"), fewer).map(({ name, desired, state, pending }) => [
      name,
      desired,
      state,
      pending,
    ]);
    expect(named).toEqual([
      ["canary", undefined, "running", "no-longer-declared"],
      ["other", undefined, "unmanaged", undefined],
      ["planner", "running", "running", undefined],
      ["tester", undefined, "running", "no-longer-declared"],
    ]);
  });

  it("reports the deferred changes of a changed agent", () => {
    const busy = drift(applied, [{ what: "attached", pick: 0 }]);
    const changed = edited(trio, "canary", { env: { MODEL: "sonnet" } });
    expect(statuses(busy, changed)[0]).toMatchObject({
      state: "running",
      pending: "env-changed",
      plan: { action: "pending", hold: "busy" },
    });
  });
});
