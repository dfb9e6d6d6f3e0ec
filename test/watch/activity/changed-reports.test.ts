import { describe, expect, it } from "vitest";
import type { ActivityReport } from "../../../src/activity/activity.ts";
import { changedReports, isToLookAt } from "../../../src/watch/activity/changed-reports.ts";

const report = (state: ActivityReport["state"], sinceMs = 5): ActivityReport => ({
  state,
  reason: undefined,
  sinceMs,
  program: "7 70",
});

describe("The reports of a burst", () => {
  it("are those that are new, or have another activity, time or program", () => {
    const before = new Map([
      ["same", report("idle")],
      ["later", report("idle")],
      ["other", report("idle")],
      ["gone", report("idle")],
    ]);
    const now = new Map([
      ["same", report("idle")],
      ["later", report("idle", 6)],
      ["other", { ...report("idle"), program: "8 80" }],
      ["new", report("working")],
    ]);
    expect([...changedReports(before, now)]).toEqual(["later", "other", "new"]);
  });

  it("need the screen if they tell an end, or if the program tells nothing else", () => {
    expect(isToLookAt(report("idle"), { preset: "claude" })).toBe(true);
    expect(isToLookAt(report("waiting"), { preset: "claude" })).toBe(false);
    expect(isToLookAt(report("waiting"), { preset: "codex" })).toBe(true);
    expect(isToLookAt(undefined, { preset: "claude" })).toBe(false);
    expect(isToLookAt(report("idle"), undefined)).toBe(false);
  });
});
