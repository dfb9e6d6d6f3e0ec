import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { says } from "../../support/fleet/effect.ts";
import { apply, declare, fleet, plan, tmux, waits } from "../../support/fleet/fleet.ts";
import type { Sandbox } from "../../support/rig/sandbox.ts";
import { openTerminal, type Terminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { stakeOf } from "../../../src/plan/agent-plan.ts";

/**
 * Returns silent agents: one computes until it is stopped, one declares itself busy, one waits, one wakes up each
 * second.
 */
const silent = (model: string, more: Record<string, object> = {}) => ({
  defaults: { env: { MODEL: model }, idleAfter: "1s" },
  agents: {
    burner: { command: "echo up; sh -c 'while [ ! -e ~/enough ]; do :; done'; exec sleep 1000" },
    sayer: { command: 'echo up; touch "$MOSAIC_AGENT_BUSY"; exec sleep 1000' },
    quiet: { command: waits },
    ticker: { command: "echo up; while :; do sleep 1; ls / >/dev/null; done" },
    ...more,
  },
});

const pending = "pending: env-changed env.MODEL";

async function allQuiet(box: Sandbox): Promise<void> {
  await until("all agents are quiet for idleAfter", async () => {
    const { agents } = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
      agents: readonly { idleSeconds: number | null }[];
    };
    return agents.every(({ idleSeconds }) => (idleSeconds ?? 0) >= 2);
  });
}

describe("An agent that works and prints nothing", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, silent("opus"));
    await apply(box);
    await allQuiet(box);
    await declare(box, silent("sonnet"));
  });

  it("is busy while its processes compute or its marker file exists, and idle while it waits", async () => {
    const found = await plan(box);
    expect(says(found)).toEqual({
      burner: pending,
      sayer: pending,
      quiet: "restart: env-changed env.MODEL",
      ticker: "restart: env-changed env.MODEL",
    });
    const stakes = Object.fromEntries(found.agents.map((agent) => [agent.name, stakeOf(agent)?.work]));
    expect(stakes).toEqual({ burner: "computes", sayer: "says-so", quiet: undefined, ticker: undefined });
    const { stdout } = await fleet(box, "status");
    expect(stdout).toMatch(/^burner .* pending: .*but it uses the processor\)/m);
    expect(stdout).toMatch(/^sayer .* pending: .*but it says that it is busy\)/m);
  });

  it("is not interrupted by an apply, which changes the others", async () => {
    await apply(box);
    expect(says(await plan(box))).toEqual({ burner: pending, sayer: pending });
  });

  it("is restarted by apply --wait-idle when its work is over", async () => {
    const terminal = await openTerminal(box, ["fleet", "apply", "--yes", "--wait-idle", "1m"]);
    await terminal.waitFor("for 2 agents to fall idle");
    await box.sh('touch ~/enough; rm "$XDG_RUNTIME_DIR/mosaic-agent/sayer/busy"');
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    expect(says(await plan(box))).toEqual({});
  });

  it("is restarted with --now anyway, and its marker file does not outlive that", async () => {
    await allQuiet(box);
    await declare(box, silent("haiku", { sayer: { command: waits } }));
    expect(says(await plan(box)).sayer).toMatch(/^pending: /);
    await apply(box, "--now");
    expect(await box.sh('ls "$XDG_RUNTIME_DIR/mosaic-agent/sayer"')).not.toContain("busy");
  });

  it("is left alone by a watch until its work is over", async () => {
    await box.sh("rm -f ~/enough");
    await apply(box, "--now");
    await box.fleet(["restart", "--yes", "burner"]);
    await allQuiet(box);
    const started = await box.sh("stat -c %Y $XDG_RUNTIME_DIR/mosaic-agent/burner/pid");
    const terminal = await openTerminal(box, ["fleet", "watch", "--json"]);
    await terminal.waitFor('"in-line"');
    await declare(box, silent("opus"));
    await terminal.waitFor('"work":"computes"');
    expect(await box.sh("stat -c %Y $XDG_RUNTIME_DIR/mosaic-agent/burner/pid")).toBe(started);
    await box.sh("touch ~/enough");
    await until("the burner is restarted", async () => !("burner" in says(await plan(box))));
    await terminal.close();
  });
});

describe("Read-only clients", () => {
  const box = useSandbox();
  const viewers: Terminal[] = [];
  beforeAll(async () => {
    const agents = { ro: { command: waits }, control: { command: waits }, person: { command: waits } };
    const withModel = (model: string) => ({ defaults: { env: { MODEL: model }, idleAfter: "1s" }, agents });
    await declare(box, withModel("opus"));
    await apply(box);
    const attach = (...args: readonly string[]) =>
      openTerminal(box, ["tmux", "-N", "-L", "mosaic-factory", ...args]);
    viewers.push(
      await attach("attach", "-r", "-t", "=ro:"),
      await attach("attach", "-t", "=person:"),
      await openTerminal(box, [
        "bash",
        "-c",
        "sleep 1000 | tmux -N -L mosaic-factory -C attach -t =control: >/dev/null",
      ]),
    );
    await until("all are attached", async () => {
      const clients = await tmux(box, "list-clients", "-F", "#{client_session}");
      return clients.trim().split("\n").length === 3;
    });
    await allQuiet(box);
    await declare(box, withModel("sonnet"));
  });
  afterAll(async () => {
    for (const viewer of viewers) await viewer.close();
  });

  it("are listed apart from people", async () => {
    const { stdout } = await fleet(box, "status");
    expect(stdout).toMatch(/^ro .* - \(\+1 viewer\) /m);
    expect(stdout).toMatch(/^control .* - \(\+1 viewer\) /m);
    const { agents } = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
      agents: readonly { name: string; attached: number; viewers: number }[];
    };
    expect(agents).toMatchObject([
      { name: "control", attached: 0, viewers: 1 },
      { name: "person", attached: 1, viewers: 0 },
      { name: "ro", attached: 0, viewers: 1 },
    ]);
  });

  it("do not defer the restart of an agent, as a person does", async () => {
    const found = await fleet(box, "plan");
    expect(found.stdout).toContain("interrupts its work: nobody attached (1 viewer), last output");
    await apply(box);
    expect(says(await plan(box))).toEqual({ person: pending });
  });

  it("cost no extra call: one call lists panes and clients", async () => {
    const ran = await fleet(box, "plan", "-v");
    expect(ran.stderr.match(/^\$ tmux /gm)).toHaveLength(1);
  });
});
