import { describe, expect, it } from "vitest";
import { withAttempts, type BackOff } from "../../../src/watch/loop/back-off.ts";
import { readClocks, sinceJump, type Clocks } from "../../../src/watch/loop/clock-jumps.ts";
import { churnKey } from "../../../src/watch/reconcile/find-hold.ts";
import { dueIn } from "../../../src/watch/reconcile/next-reconcile.ts";
import { apply } from "../../support/plan/model.ts";
import { account } from "../../support/plan/resolved.ts";
import { edited, inShort, machineWith, trio, without } from "../../support/plan/scene.ts";
import { after, afterOn, applied, later, lookAt } from "../../support/watch/look.ts";

const stranger = {
  ...trio,
  agents: { alice: { command: "a" }, bob: { command: "b" }, carol: { command: "c" } },
};

describe("The end of a session", () => {
  it("is never executed for a file that a guard refuses, after any number of looks", () => {
    let world = applied;
    for (let look = 0; look < 5; look++) {
      const { whole, plan } = lookAt(world, { fleet: stranger, moment: { textAgeMs: look * 60_000 } });
      expect(whole.refusals.map(({ guard }) => guard)).toEqual(["other-fleet"]);
      expect(plan.agents.map(({ name, action }) => `${name} ${action}`)).toEqual([]);
      expect(plan.actions).toEqual([]);
      world = later(apply(world, plan.actions), 60_000);
    }
  });

  it.each([
    ["removal", without(trio, "canary"), "canary: remove"],
    ["stop", edited(trio, "canary", { state: "stopped" }), "canary: stop"],
  ])("waits, with a %s, until the file has been the same for ten seconds", (_, fleet, does) => {
    const young = lookAt(applied, { fleet, nowMs: 50_000, moment: { textAgeMs: 4_000 } });
    expect(young.held).toEqual(new Map([["canary", { why: "young", untilMs: 56_000 }]]));
    expect(young.plan.actions.filter(({ agent }) => agent === "canary")).toEqual([]);
    expect(dueIn(young, 50_000)).toBe(6_000);
    const old = lookAt(applied, { fleet, moment: { textAgeMs: 10_000 } });
    expect(inShort(old.plan)[0]).toContain(does);
  });

  it("waits for that also on request, because the file may have been fixed a moment ago", () => {
    const fleet = without(trio, "canary");
    expect(lookAt(applied, { fleet, isAsked: true, moment: { textAgeMs: 0 } }).held.get("canary")?.why).toBe(
      "young",
    );
  });

  it("waits as long as a person is attached, also on request", () => {
    const restarting = { ...trio, defaults: { ...trio.defaults, onChange: "restart" } };
    const world = afterOn(machineWith(restarting), "attached");
    for (const isAsked of [false, true]) {
      const { held, plan } = lookAt(world, { fleet: without(restarting, "canary"), isAsked });
      expect(held).toEqual(new Map([["canary", { why: "attached" }]]));
      expect(plan.actions.filter(({ agent }) => agent === "canary")).toEqual([]);
    }
  });

  it("prevents nothing else", () => {
    const fleet = edited(without(trio, "canary"), "planner", { command: "plan --again" });
    const { plan } = lookAt(applied, { fleet, moment: { textAgeMs: 0 } });
    expect(inShort(plan)[0]).toContain("planner: restart command-changed");
  });

  it("also waits if only the screen of a failed agent would go, or a person's work next to it", () => {
    const fleet = without(trio, "canary");
    expect(lookAt(after("failed"), { fleet, moment: { textAgeMs: 0 } }).held.get("canary")?.why).toBe(
      "young",
    );
  });

  it("is immediate for an agent without a session", () => {
    const { held } = lookAt(after("stopped"), { fleet: without(trio, "canary"), moment: { textAgeMs: 0 } });
    expect(held.size).toBe(0);
  });
});

describe("A restart because of an envFile", () => {
  const withSecrets = edited(trio, "canary", { envFiles: ["~/a.env"] });
  const before = machineWith(withSecrets, { envFiles: { [`${account.home}/a.env`]: "of before" } });
  const glance = { fleet: withSecrets };

  it("waits until the file has been unchanged for two seconds", () => {
    const { held } = lookAt(before, {
      ...glance,
      nowMs: 9_000,
      moment: { envFileAgeMs: new Map([["canary", 500]]) },
    });
    expect(held).toEqual(new Map([["canary", { why: "unfinished", untilMs: 10_500 }]]));
  });

  it("waits for that also with another reason, and on request", () => {
    const fleet = edited(withSecrets, "canary", { command: "claude --other" });
    const moment = { envFileAgeMs: new Map([["canary", 500]]) };
    expect(lookAt(before, { fleet, isAsked: true, moment }).held.get("canary")?.why).toBe("unfinished");
  });

  it("reaches the longest delay if the file never settles, and starts from the beginning when it has", () => {
    let churn: BackOff = new Map();
    let nowMs = 0;
    const gaps: number[] = [];
    /** Returns the end of the restart's deferral at this time; undefined if it is not deferred. */
    const heldUntilMs = (atMs: number): number | undefined => {
      const moment = { churn, envFileAgeMs: new Map([["canary", 3_000]]) };
      const considered = lookAt(before, { ...glance, nowMs: atMs, moment });
      ({ churn } = considered);
      const hold = considered.held.get("canary");
      return hold !== undefined && "untilMs" in hold ? hold.untilMs : undefined;
    };
    for (let restart = 0; restart < 12; restart++) {
      churn = withAttempts(churn, [{ agent: "canary", key: churnKey }], nowMs);
      const began = nowMs;
      for (let untilMs = heldUntilMs(nowMs); untilMs !== undefined; untilMs = heldUntilMs(nowMs)) {
        expect(heldUntilMs(untilMs - 1)).toBe(untilMs);
        nowMs = untilMs;
      }
      gaps.push(nowMs - began);
    }
    expect(gaps.slice(0, 4)).toEqual([1_000, 5_000, 10_000, 20_000]);
    expect(gaps.at(-1)).toBe(300_000);
    const rested = { churn, envFileAgeMs: new Map([["canary", 300_000]]) };
    expect(lookAt(before, { ...glance, nowMs, moment: rested }).churn.size).toBe(0);
  });

  it("happens more and more rarely if the file keeps changing, with any content, and does not affect others", () => {
    const churn = new Map([["canary", { key: churnKey, count: 3, notBeforeMs: 20_000 }]]);
    expect(lookAt(before, { ...glance, nowMs: 9_000, moment: { churn } }).held).toEqual(
      new Map([["canary", { why: "churn", untilMs: 20_000 }]]),
    );
    const edit = edited(withSecrets, "canary", { command: "claude --other" });
    expect(lookAt(before, { fleet: edit, nowMs: 9_000, moment: { churn } }).held.size).toBe(0);
  });
});

describe("After a change of the clock, or a sleep of the machine,", () => {
  it("no agent is restarted because of a requested look", () => {
    const { held } = lookAt(applied, { fleet: otherModel, isAsked: true, moment: { clockAgeMs: 0 } });
    expect(held.get("canary")?.why).toBe("clock");
  });

  const otherModel = edited(trio, "canary", { env: { MODEL: "sonnet" } });

  it("an agent that seems to be idle has to be idle for its time once more", () => {
    const { held } = lookAt(applied, { fleet: otherModel, nowMs: 100_000, moment: { clockAgeMs: 20_000 } });
    expect(held).toEqual(new Map([["canary", { why: "clock", untilMs: 140_000 }]]));
    expect(lookAt(applied, { fleet: otherModel, moment: { clockAgeMs: 60_000 } }).held.size).toBe(0);
  });

  it("an agent that may be restarted at any time is restarted", () => {
    const fleet = edited(otherModel, "canary", { onChange: "restart" });
    expect(lookAt(applied, { fleet, moment: { clockAgeMs: 0 } }).held.size).toBe(0);
  });

  it("the two clocks reveal it, in both directions, and no slow look", () => {
    let clocks: Clocks | undefined;
    const age = (wallMs: number, steadyMs: number): number =>
      sinceJump((clocks = readClocks(clocks, wallMs, steadyMs)));
    expect(age(1_000_000, 0)).toBe(Infinity);
    expect(age(1_600_000, 600_000)).toBe(Infinity);
    expect(age(1_661_000, 660_000)).toBe(Infinity);
    expect(age(5_000_000, 670_000)).toBe(0);
    expect(age(5_010_000, 680_000)).toBe(10_000);
    expect(age(1_000_000, 690_000)).toBe(0);
  });
});
