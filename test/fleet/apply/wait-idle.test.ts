import { beforeAll, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { says } from "../../support/fleet/effect.ts";
import { apply, declare, fleet, plan, prints, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

/** Returns a fleet. The busy agent has a long idleAfter, because it may not get a processor for seconds under load. */
const withModel = (model: string) => ({
  defaults: { env: { MODEL: model }, idleAfter: "2s" },
  agents: {
    quiet: { command: waits },
    busy: { command: prints("tick", 0.1), idleAfter: "1m" },
  },
});

describe("apply --wait-idle", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, withModel("opus"));
    await apply(box);
  });

  it("restarts each agent when it becomes idle, and reports with exit code 1 those that never did", async () => {
    await declare(box, withModel("sonnet"));
    const ran = await fleet(box, "apply", "--yes", "--wait-idle", "6s");
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/agent quiet will be restarted: env\.MODEL changed/);
    expect(ran.stderr).toContain("1 agent did not fall idle within 6 s: busy");
    expect(says(await plan(box))).toEqual({ busy: "pending: env-changed env.MODEL" });
  });

  it("is one JSON object, also after it gave up", async () => {
    const ran = await fleet(box, "apply", "--yes", "--json", "--wait-idle", "1ms");
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      plan: { summary: { pending: 1 } },
      later: [{ diagnostics: [{ code: "still-busy" }] }],
    });
  });

  it("does not block other writers in that time, and ends with 130 on Ctrl-C", async () => {
    const before = await machineState(box);
    const terminal = await openTerminal(box, ["fleet", "apply", "--yes", "--wait-idle", "10m"]);
    await terminal.waitFor("Waiting up to 10 min for 1 agent to fall idle (busy)");
    expect((await fleet(box, "apply", "--yes")).code).toBe(0);
    await terminal.press("C-c");
    expect(await terminal.exitCode()).toBe(130);
    await terminal.close();
    expect(await machineState(box)).toEqual(before);
  });

  it("skips agents with a changed plan, although it was confirmed", async () => {
    await declare(box, withModel("haiku"));
    const terminal = await openTerminal(box, ["fleet", "apply", "--yes", "--wait-idle", "10m"]);
    await terminal.waitFor(/Waiting up to 10 min for \d agents? to fall idle/);
    const before = await machineState(box);
    const { defaults, agents } = withModel("haiku");
    await declare(box, { defaults, agents: { ...agents, busy: { ...agents.busy, state: "stopped" } } });
    await terminal.waitFor("No longer waiting for busy: its plan has changed (stop)");
    await terminal.close();
    const of = (lines: readonly string[]) => lines.filter((line) => line.includes("agent@busy.service"));
    expect(of(await machineState(box))).toEqual(of(before));
    await declare(box, withModel("haiku"));
  });

  it("has nothing to wait for if no agent is busy", async () => {
    await fleet(box, "apply", "--yes", "--now");
    expect((await fleet(box, "apply", "--yes", "--wait-idle", "10m")).code).toBe(0);
  });
});
