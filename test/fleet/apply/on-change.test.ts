import { beforeAll, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { nothing, observeApply, says } from "../../support/fleet/effect.ts";
import { apply, declare, fleet, pathOf, plan, prints, waits } from "../../support/fleet/fleet.ts";

const works = prints("tick", 0.1);

/** Returns the fleet with this model in the environment of all agents. */
const withModel = (model: string) => ({
  defaults: { env: { MODEL: model } },
  agents: {
    busy: { command: works, onChange: "when-idle" },
    quiet: { command: waits, onChange: "when-idle", idleAfter: "1s" },
    kept: { command: waits, onChange: "keep" },
  },
});

const changed = "env-changed env.MODEL";
const env = (agent: string) => `~ ${pathOf.env(agent)}`;

describe("a changed agent", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, withModel("opus"));
    await apply(box);
    await isIdle("quiet");
  });

  async function isIdle(agent: string): Promise<void> {
    await until(`${agent} is quiet for 2 s, and nobody is attached`, async () => {
      const { agents } = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
        agents: readonly { name: string; attached: number; idleSeconds: number | null }[];
      };
      return agents.some(
        ({ name, attached, idleSeconds }) => name === agent && attached === 0 && (idleSeconds ?? 0) >= 2,
      );
    });
  }

  const terminalAt = (agent: string) =>
    openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", `=${agent}`]);

  it("is kept and marked pending if a person is attached, it is busy, or its policy is keep", async () => {
    const terminal = await terminalAt("quiet");
    await terminal.waitFor("up");
    await declare(box, withModel("sonnet"));
    const { agents, summary } = await plan(box);
    expect(summary).toMatchObject({ restart: 0, pending: 3 });
    expect(agents).toMatchObject([
      { name: "busy", action: "pending", hold: "busy", cost: "none", atStake: { attached: 0 } },
      { name: "kept", action: "pending", hold: "kept", cost: "none", atStake: { attached: 0 } },
      { name: "quiet", action: "pending", hold: "busy", cost: "none", atStake: { attached: 1 } },
    ]);
    const waiting = Object.fromEntries(agents.map(({ name }) => [name, `pending: ${changed}`]));
    expect(await observeApply(box)).toEqual({
      ...nothing,
      planned: waiting,
      files: [env("busy"), env("kept"), env("quiet")],
      left: waiting,
    });
    expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(2);
    await terminal.close();
  });

  it("is restarted by the next apply once it is idle and nobody is attached", async () => {
    await isIdle("quiet");
    expect(await observeApply(box)).toEqual({
      ...nothing,
      planned: { busy: `pending: ${changed}`, kept: `pending: ${changed}`, quiet: `restart: ${changed}` },
      verbs: ["reset-failed quiet", "restart quiet"],
      units: ["~ quiet"],
      left: { busy: `pending: ${changed}`, kept: `pending: ${changed}` },
    });
  });

  it("is no longer pending after any other start", async () => {
    await box.sh("systemctl --user restart mosaic-agent@kept.service");
    expect(says(await plan(box))).toEqual({ busy: `pending: ${changed}` });
  });

  it("is restarted at once with --now, however busy", async () => {
    expect(await observeApply(box, "--now")).toEqual({
      ...nothing,
      planned: { busy: `restart: ${changed}` },
      verbs: ["reset-failed busy", "restart busy"],
      units: ["~ busy"],
    });
  });

  it("is not touched again if it returns to its running configuration", async () => {
    await declare(box, withModel("opus"));
    await apply(box, "busy");
    await declare(box, withModel("sonnet"));
    expect(await observeApply(box, "busy")).toEqual({
      ...nothing,
      planned: { busy: "change: settings-changed env file" },
      files: [env("busy")],
    });
  });

  it("is pending after a manual start with an env file edited by hand, until the next start", async () => {
    await box.sh(`
      sed -i s/sonnet/haiku/ ~/.config/mosaic/fleet/agents/kept.env
      systemctl --user restart mosaic-agent@kept.service`);
    const waiting = { kept: "pending: config-unknown" };
    expect(await observeApply(box)).toEqual({ ...nothing, planned: waiting, left: waiting });
    expect(await observeApply(box, "--now")).toEqual({
      ...nothing,
      planned: { kept: "restart: config-unknown" },
      files: [env("kept")],
      verbs: ["reset-failed kept", "tag kept", "restart kept"],
      units: ["~ kept"],
    });
  });

  it("gets new limits without an interruption, also while it is busy", async () => {
    const { defaults, agents } = withModel("sonnet");
    await declare(box, { defaults: { ...defaults, resources: { tasksMax: 99 } }, agents });
    const effect = await observeApply(box);
    expect(effect).toMatchObject({ verbs: ["daemon-reload"], units: [], left: {} });
    expect(effect.planned).toEqual({
      busy: "change: settings-changed TasksMax",
      kept: "change: settings-changed TasksMax",
      quiet: "change: settings-changed TasksMax",
    });
  });
});
