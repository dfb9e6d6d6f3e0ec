import { beforeAll, describe, expect, it } from "vitest";
import { nothing, observeApply, says } from "../../support/fleet/effect.ts";
import {
  apply,
  declare,
  fleet,
  pathOf,
  plan,
  prints,
  printsUntil,
  waits,
  type FleetFile,
} from "../../support/fleet/fleet.ts";
import { machineState, unitState } from "../../support/fleet/state.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";
import { holdOf } from "../../support/plan/agent-words.ts";

/** Returns the command of an agent that works until a file of its name is there. */
const worker = (name: string): string => printsUntil(`~/done-${name}`);

const team = (replicas: number): FleetFile => ({
  defaults: { idleAfter: "3s" },
  agents: {
    coder: { command: worker("coder"), replicas },
    precious: { command: waits, onChange: "keep" },
    cheap: { command: worker("cheap"), onChange: "restart" },
    stopped: { command: worker("stopped") },
    other: { command: waits },
    another: { command: waits },
  },
});

const without = (file: FleetFile, ...names: readonly string[]): FleetFile => ({
  ...file,
  agents: Object.fromEntries(Object.entries(file.agents).filter(([name]) => !names.includes(name))),
});

const pending = "pending: no-longer-declared";

describe("An edit that ends an agent", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, team(4));
    await apply(box);
  });

  const isQuiet = (name: string): Promise<unknown> =>
    until(`${name} is quiet for 2 s`, async () => {
      const { agents } = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
        agents: readonly { name: string; idleSeconds: number | null }[];
      };
      return agents.some((each) => each.name === name && (each.idleSeconds ?? 0) >= 2);
    });

  it("through fewer replicas waits until they are idle, changes nothing until then, and is stable", async () => {
    await declare(box, team(2));
    const waiting = { "coder-3": pending, "coder-4": pending };
    const before = await machineState(box);
    const planned = await plan(box);
    expect(planned.agents.filter((agent) => holdOf(agent) !== undefined)).toMatchObject([
      { name: "coder-3", hold: "busy", awaiting: "remove", cost: "none", atStake: { attached: 0 } },
      { name: "coder-4", hold: "busy", awaiting: "remove", cost: "none", atStake: { attached: 0 } },
    ]);
    for (let round = 0; round < 2; round++) {
      expect(await observeApply(box)).toEqual({ ...nothing, planned: waiting, left: waiting });
    }
    expect(await machineState(box)).toEqual(before);
    expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(2);
    expect((await fleet(box, "why", "coder-3")).stdout).toContain(
      "none until it is idle, or: fleet apply --now coder-3",
    );
  });

  it("is executed by apply --wait-idle once they are idle, and affects no other agent", async () => {
    const others = () => unitState(box, "*@coder-1.*", "*@other.*", "*@precious.*");
    const before = await others();
    await box.sh("(sleep 1; touch ~/done-coder) >/dev/null 2>&1 &");
    const ran = await fleet(box, "apply", "--yes", "--wait-idle", "30s");
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toContain("Waiting up to 30 s for 2 agents to fall idle (coder-3, coder-4).");
    expect(says(await plan(box))).toEqual({});
    expect(await others()).toEqual(before);
    expect(await box.sh("ls ~/.config/mosaic/fleet/agents")).not.toContain("coder-3");
  });

  it("keeps an agent with keep, also with --now, until a person stops it by name", async () => {
    const less = without(team(2), "precious");
    await declare(box, less);
    const kept = { precious: pending };
    await isQuiet("precious");
    expect(await observeApply(box)).toEqual({ ...nothing, planned: kept, left: kept });
    expect(await observeApply(box, "--now")).toEqual({ ...nothing, planned: kept, left: kept });
    expect((await fleet(box, "plan")).stdout).toContain(
      "agent precious keeps running: no longer declared, onChange: keep; to end it: fleet stop precious",
    );
    expect((await fleet(box, "stop", "--yes", "precious")).code).toBe(0);
    expect(await observeApply(box)).toMatchObject({
      planned: { precious: "remove: no-longer-declared" },
      units: [],
      left: {},
    });
  });

  it("through state: stopped also waits, and is immediate with --now", async () => {
    const base = without(team(2), "precious");
    const stopped = {
      ...base,
      agents: { ...base.agents, stopped: { command: worker("stopped"), state: "stopped" } },
    };
    await declare(box, stopped);
    const waiting = { stopped: "pending: stop-wanted" };
    expect(await observeApply(box)).toMatchObject({
      planned: waiting,
      files: [`- ${pathOf.link("stopped")}`],
      units: [],
      left: waiting,
    });
    expect(await observeApply(box)).toEqual({ ...nothing, planned: waiting, left: waiting });
    expect(await observeApply(box, "--now")).toEqual({
      ...nothing,
      planned: { stopped: "stop: stop-wanted" },
      verbs: ["stop stopped"],
      units: ["- stopped"],
      panes: [expect.stringMatching(/^- /)],
    });
  });

  it("is immediate for an agent whose entry had onChange: restart", async () => {
    const base = without(team(2), "precious", "stopped");
    await declare(box, without(base, "cheap"));
    expect((await plan(box, "cheap")).agents).toMatchObject([{ action: "remove", cost: "agent" }]);
    await apply(box, "cheap");
  });

  it("counts waiting agents for the guards: one by one, they would be the whole fleet", async () => {
    await box.sh("rm ~/done-coder");
    await box.sh("systemctl --user restart mosaic-agent@coder-1 mosaic-agent@coder-2");
    await declare(box, { agents: {} });
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain("the file declares no agents");
  });

  it("is executed by a watch at the first moment at which the agent is idle", async () => {
    const file = without(team(2), "precious", "stopped", "cheap");
    await declare(box, file);
    await apply(box, "--now");
    const watch = await startWatch(box, ["--resync", "10m"]);
    await watch.settled();
    const { length } = await watch.told();
    await declare(
      box,
      without({ ...file, agents: { ...file.agents, coder: team(1).agents["coder"] ?? {} } }),
    );
    const { hold, awaiting } = await watch.waitFor("it waits", ({ event }) => event === "waiting", length);
    expect([hold, awaiting]).toEqual(["busy", "remove"]);
    await box.write("~/done-coder", "");
    await watch.waitFor(
      "coder-2 is removed",
      ({ event, agent, action }) => event === "changed" && agent === "coder-2" && action === "removed",
      length,
    );
    await watch.stop();
  });

  it("after an upgrade from files without a policy waits for all agents, if keep protects them", async () => {
    const file: FleetFile = {
      agents: {
        // Never idle, however long this test takes.
        other: { command: prints("tick", 0.1), onChange: "restart" },
        another: { command: waits },
        keeper: { command: waits, onChange: "keep" },
      },
    };
    await declare(box, file);
    await apply(box, "--now", "--allow-remove-all");
    await box.sh("sed -i 's/ onChange=[^ ]* idleAfter=[^ ]*//' ~/.config/mosaic/fleet/agents/*.env");
    expect(await observeApply(box)).toEqual({
      ...nothing,
      planned: { keeper: "change: settings-changed onChange" },
      files: [`~ ${pathOf.env("keeper")}`],
    });
    await declare(box, without(file, "other"));
    expect((await plan(box)).agents[2]).toMatchObject({ name: "other", action: "pending", hold: "busy" });
  });
});
