import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { nothing, observeRun, says } from "../../support/fleet/effect.ts";
import { apply, declare, fleet, pathOf, plan, tmux, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

const withModel = (model: string) => ({
  defaults: { env: { MODEL: model } },
  agents: {
    kept: { command: waits, onChange: "keep" },
    other: { command: waits, onChange: "keep" },
    off: { command: waits, state: "stopped" },
    safe: { command: waits, protect: true, onChange: "keep" },
  },
});
const env = (agent: string) => `~ ${pathOf.env(agent)}`;
const changed = "env-changed env.MODEL";

describe("A person with an agent to start or stop", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, withModel("opus"));
    await apply(box);
    await declare(box, withModel("sonnet"));
  });

  it("restarts a kept agent with its new configuration, in its session, and no other agent", async () => {
    const waiting = { other: `pending: ${changed}`, safe: `pending: ${changed}` };
    expect(await observeRun(box, "restart", "kept", "--yes")).toEqual({
      ...nothing,
      planned: { kept: `restart: ${changed}` },
      files: [env("kept")],
      verbs: ["reset-failed kept", "restart kept"],
      units: ["~ kept"],
      left: { ...waiting, off: `change: ${changed}` },
    });
  });

  it("restarts an agent that is up to date", async () => {
    expect(await observeRun(box, "restart", "kept", "--yes")).toMatchObject({
      planned: { kept: "restart: requested" },
      verbs: ["reset-failed kept", "restart kept"],
      units: ["~ kept"],
    });
  });

  it("stops an agent, without a change of a file, and learns that the next apply starts it again", async () => {
    const ran = await fleet(box, "stop", "kept", "--yes");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(
      "kept should run: the next apply starts it again. To prevent that: fleet stop --keep-down kept",
    );
    expect(says(await plan(box, "kept"))).toEqual({ kept: "start: not-running" });
    const again = await observeRun(box, "stop", "kept", "--yes");
    expect({ ...again, left: {} }).toEqual(nothing);
  });

  it("starts it, and does not touch a running one, whatever has changed", async () => {
    const before = await machineState(box);
    expect(await observeRun(box, "start", "kept", "other", "--yes")).toMatchObject({
      planned: { kept: "start: not-running" },
      verbs: ["reset-failed kept", "start kept"],
      units: ["+ kept"],
      files: [],
    });
    const of = (lines: readonly string[]) => lines.filter((line) => line.includes("agent@other."));
    expect(of(await machineState(box))).toEqual(of(before));
  });

  it.each([
    ["stop", "safe", "protect: true keeps it from being stopped"],
    ["start", "off", "fleet.yaml says state: stopped"],
    ["restart", "off", "fleet.yaml says state: stopped"],
  ])("is refused, and nothing changes: %s %s", async (verb, agent, why) => {
    const before = await machineState(box);
    const ran = await fleet(box, verb, agent, "--yes");
    expect({ code: ran.code, said: ran.stdout.includes(`${agent} is blocked: ${why}`) }).toEqual({
      code: 6,
      said: true,
    });
    expect(await machineState(box)).toEqual(before);
  });

  it.each(["restart", "stop"])("is refused from inside the agent, unless it is allowed: %s", async (verb) => {
    const command = `/run/fleet/bin/fleet ${verb} -f ~/work/fleet.yaml me --yes >~/said 2>&1; echo $? >~/code`;
    await declare(box, {
      agents: { ...withModel("sonnet").agents, me: { command: "exec bash", onChange: "restart" } },
    });
    await apply(box, "me");
    await box.sh("rm -f ~/code");
    await tmux(box, "send-keys", "-t", "=me:", command, "Enter");
    await box.sh("until [ -s ~/code ]; do sleep 0.05; done");
    expect(
      await box.sh("cat ~/code; grep -c 'me is blocked: this command runs inside its session' ~/said"),
    ).toBe("6\n1\n");
  });

  it("sees that named agents have nothing to do, without the whole fleet", async () => {
    expect((await fleet(box, "start", "kept", "--yes")).stdout).toBe("Nothing to do for kept.\n");
  });

  it("reaches an agent that runs under the name of an entry that now has replicas", async () => {
    await declare(box, { agents: { ...withModel("sonnet").agents, other: { command: waits, replicas: 2 } } });
    expect((await plan(box, "other")).agents[0]).toMatchObject({ hold: "kept", awaiting: "remove" });
    expect((await fleet(box, "suspend", "other")).stdout).toContain("agent other is suspended");
    expect((await plan(box, "other")).agents[0]).toMatchObject({ hold: "suspended" });
    await fleet(box, "resume", "other");
    await declare(box, withModel("sonnet"));
  });

  it("sees the obstacles with --quiet, too", async () => {
    const ran = await fleet(box, "stop", "safe", "--yes", "-q");
    expect(ran).toEqual({
      code: 6,
      stdout: "",
      stderr: "Error: agent safe is blocked: protect: true keeps it from being stopped\n",
    });
  });

  it("is refused from inside an agent, if that is the whole fleet", async () => {
    const command = "/run/fleet/bin/fleet destroy -f ~/work/fleet.yaml --yes >~/said 2>&1; echo $? >~/code";
    const before = await machineState(box);
    await box.sh("rm -f ~/code");
    await tmux(box, "send-keys", "-t", "=me:", command, "Enter");
    await box.sh("until [ -s ~/code ]; do sleep 0.05; done");
    expect(await box.sh("cat ~/code; grep -c 'Refused: this command runs inside' ~/said")).toBe("6\n1\n");
    const units = (lines: readonly string[]) => lines.filter((line) => line.includes(".service"));
    expect(units(await machineState(box))).toEqual(units(before));
  });

  it("waits for a start that is under way, and restarts the agent in the middle of it", async () => {
    const slow = { command: waits, hooks: { preStart: "until [ -e ~/go ]; do sleep 0.02; done" } };
    const unit = "mosaic-agent@slow.service";
    const systemctl = '#!/bin/bash\ncase " $* " in *" start "*|*" restart "*) touch ~/go ;; esac\n';
    await box.write("~/late/systemctl", `${systemctl}exec /usr/bin/systemctl "$@"\n`, 0o755);
    await box.write("~/go", "");
    await declare(box, { agents: { ...withModel("sonnet").agents, slow } });
    await apply(box, "slow");
    const PATH = `${box.home}/late:/run/fleet/bin:/usr/bin:/bin`;
    const invocation = (): Promise<string> => box.sh(`systemctl --user show -P InvocationID ${unit}`);
    const meet = async (verb: string): Promise<object> => {
      await box.sh(`rm ~/go; systemctl --user stop ${unit}; systemctl --user start --no-block ${unit}
        until [ "$(systemctl --user show -P SubState ${unit})" = start-pre ]; do sleep 0.02; done`);
      const before = await invocation();
      const { code } = await box.fleet([verb, "slow", "--yes"], { env: { PATH } });
      const state = await box.sh(`systemctl --user show -P ActiveState ${unit}`);
      return { code, state, isSameStart: (await invocation()) === before };
    };
    const up = { code: 0, state: "active\n" };
    expect(await meet("start")).toEqual({ ...up, isSameStart: true });
    expect(await meet("restart")).toEqual({ ...up, isSameStart: false });
  });

  it("has to name an agent", async () => {
    expect((await fleet(box, "stop", "--yes")).code).toBe(64);
  });

  it("cannot bring back an agent that is no longer declared, but may stop it", async () => {
    await declare(box, { agents: { off: withModel("x").agents.off } });
    expect((await fleet(box, "restart", "other", "--yes")).stdout).toContain(
      "other is blocked: no longer declared",
    );
    expect(await observeRun(box, "stop", "other", "--yes")).toMatchObject({
      verbs: ["stop other"],
      units: ["- other"],
      files: [],
    });
  });
});
