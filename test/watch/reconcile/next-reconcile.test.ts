import { describe, expect, it } from "vitest";
import { renderSuspension, suspensionPath } from "../../../src/desired/marks/suspension.ts";
import type { BackOff } from "../../../src/watch/loop/back-off.ts";
import { dueIn } from "../../../src/watch/reconcile/next-reconcile.ts";
import { edited, machineWith, trio } from "../../support/plan/scene.ts";
import { change, panesOf, setPanes, type World } from "../../support/plan/world.ts";
import { after, afterOn, applied, lookAt, type Glance } from "../../support/watch/look.ts";

/** Returns the time of the next look at a machine, ms. */
function due(world: World, glance: Glance = {}): number | undefined {
  return dueIn(lookAt(world, glance), glance.nowMs ?? 0);
}

const minutes = 60_000;
const changed = { fleet: edited(trio, "canary", { env: { MODEL: "sonnet" } }) };

/** Makes the last output of the agents so many seconds old. */
function quiet(seconds: Readonly<Record<string, number>>, world = applied): World {
  return change(world, (copy) => {
    const panes = panesOf(copy).map((pane) => {
      const idle = seconds[pane.agent ?? ""];
      return idle === undefined ? pane : { ...pane, activity: Math.floor(copy.now / 1_000) - idle };
    });
    setPanes(copy, panes);
  });
}

function suspended(world: World, agent: string, untilMs: number | undefined): World {
  return change(world, (copy) => {
    const suspension = { by: "ada", sinceMs: copy.now, untilMs };
    const content = renderSuspension(suspension, agent, copy.layout);
    copy.files.set(suspensionPath(copy.layout, agent), {
      kind: "file",
      content,
      mode: 0o600,
      modifiedMs: copy.now,
    });
  });
}

describe("The next look", () => {
  it("is due at no fixed time if all is in line, or waits for a person only", () => {
    expect(due(applied)).toBeUndefined();
    const kept = edited(changed.fleet, "canary", { onChange: "keep" });
    expect(due(quiet({ canary: 3 }), { fleet: kept })).toBeUndefined();
    expect(due(suspended(applied, "canary", undefined), changed)).toBeUndefined();
  });

  it("is due when a busy agent can be idle at the earliest, which tmux reports to the second", () => {
    const idleAfter = (time: string): Glance => ({
      fleet: edited(changed.fleet, "canary", { idleAfter: time }),
    });
    expect(due(quiet({ canary: 40 }), idleAfter("10m"))).toBe(10 * minutes - 40_000 + 1_000);
    expect(due(quiet({ canary: 599 }), idleAfter("10m"))).toBe(2_000);
  });

  it("is due soon if a person is attached, because no event reports their leaving", () => {
    expect(due(after("attached"), changed)).toBe(5_000);
  });

  it("is due with the end of a suspension, and not for an earlier one", () => {
    const until = (ms: number): World => suspended(applied, "canary", applied.now + ms);
    expect(due(until(90_000), changed)).toBe(90_000);
    expect(due(until(90_000))).toBe(90_000);
    expect(due(until(0))).toBeUndefined();
  });

  it("is due when an agent that keeps failing may be tried again", () => {
    const failed = after("failed");
    const backOff: BackOff = new Map([
      ["canary", { key: lookAt(failed).keys.get("canary") ?? "", count: 3, notBeforeMs: 17_000 }],
    ]);
    expect(due(failed, { backOff, nowMs: 5_000 })).toBe(12_000);
    expect(due(failed, { backOff, nowMs: 17_000 })).toBeUndefined();
  });

  it("is due soon if a change is in progress", () => {
    expect(due(after("starting"))).toBe(1_000);
    expect(due(after("stopping"))).toBe(1_000);
  });

  it("is due for the first of all these", () => {
    const fleet = edited(edited(changed.fleet, "canary", { idleAfter: "10m" }), "planner", {
      env: { A: "1" },
      idleAfter: "5m",
    });
    const both = quiet({ canary: 40, planner: 100 });
    expect(due(both, { fleet })).toBe(5 * minutes - 100_000 + 1_000);
    expect(due(suspended(both, "tester", both.now + 20_000), { fleet })).toBe(20_000);
  });

  it("is never due so soon that it would prevent other work", () => {
    expect(due(suspended(applied, "canary", applied.now + 1))).toBe(250);
    const fresh = afterOn(machineWith(trio), "attached");
    expect(due(fresh, changed)).toBeGreaterThanOrEqual(250);
  });
});
