import { describe, expect, it } from "vitest";
import {
  changedPreconditions,
  type ChangedPrecondition,
  type Preconditions,
} from "../../../src/plan/saved/preconditions.ts";
import type { Action } from "../../../src/plan/types.ts";
import { bold } from "../../support/plan/arbitraries.ts";
import { find, layout, unit } from "../../support/plan/facts.ts";
import { edited, machineWith, planOn, trio } from "../../support/plan/scene.ts";

describe("A changed precondition", () => {
  const world = machineWith(trio);
  const plan = planOn(world, edited(trio, "canary", { env: { MODEL: "haiku" } }), bold);
  const action = find(plan, "restart", "canary");
  const before: Preconditions = {
    load: "loaded",
    unit: "active running",
    invocation: "a",
    session: "$1",
    config: "c",
  };
  const cause = { agent: "canary", reason: "new", cost: "none", id: "x", target: unit("canary") } as const;
  const moves = (
    now: Preconditions,
    ...earlier: readonly Partial<Action>[]
  ): readonly ChangedPrecondition[] =>
    changedPreconditions(
      action,
      before,
      now,
      earlier.map((each) => ({ ...cause, ...each }) as Action),
    );

  it("is reported by its name, with the earlier and the current value", () => {
    expect(moves(before)).toEqual([]);
    expect(moves({ ...before, unit: "failed failed" })).toEqual([
      { name: "unit", before: "active running", now: "failed failed" },
    ]);
    const { session: _, ...less } = before;
    expect(moves({ ...less, extra: "1" })).toEqual([
      { name: "session", before: "$1", now: undefined },
      { name: "extra", before: undefined, now: "1" },
    ]);
  });

  it("is ignored if an earlier action of the same agent caused it, and only as far as it did", () => {
    const all = { load: "x", unit: "x", invocation: "x", session: "x", config: "x" };
    const names = (...earlier: readonly Partial<Action>[]): readonly string[] =>
      moves(all, ...earlier).map(({ name }) => name);
    expect(names()).toEqual(["load", "unit", "invocation", "session", "config"]);
    expect(names({ kind: "stop" })).toEqual([]);
    expect(names({ kind: "stop", agent: "planner", target: unit("planner") })).toHaveLength(5);
    expect(names({ kind: "kill-session" })).toEqual(["load", "unit", "invocation"]);
    expect(names({ kind: "tag" })).toEqual(["load", "unit", "invocation", "session"]);
    expect(names({ kind: "write-file" })).toHaveLength(5);
    expect(names({ kind: "daemon-reload", agent: undefined, target: "systemd --user" })).toEqual([
      "unit",
      "invocation",
      "session",
      "config",
    ]);
    expect(names({ kind: "reset-failed" })).toHaveLength(5);
  });

  it("is ignored if the run has cleared a failure, including the holder's", () => {
    const failed: Preconditions = { ...before, unit: "failed failed" };
    const now: Preconditions = {
      load: "not loaded",
      unit: "inactive dead",
      invocation: "none",
      session: "$1",
      config: "c",
    };
    const reset = { ...cause, kind: "reset-failed" } as Action;
    expect(changedPreconditions(action, failed, now, [reset])).toEqual([]);
    expect(changedPreconditions(action, failed, { ...now, session: "$2" }, [reset])).toEqual([
      { name: "session", before: "$1", now: "$2" },
    ]);
    const holder = { agent: undefined, target: layout.holderUnit };
    const start = { ...action, ...holder, kind: "start" } as Action;
    expect(changedPreconditions(start, failed, now, [{ ...reset, ...holder }])).toEqual([]);
    expect(
      changedPreconditions(start, failed, now, [{ ...reset, agent: undefined, target: "x" }]),
    ).toHaveLength(3);
  });
});
