import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  delayAfter,
  heldUntil,
  withAttempts,
  withoutLasting,
  type BackOff,
} from "../../../src/watch/loop/back-off.ts";

const none: BackOff = new Map();

/** Returns the state after so many attempts in a row, each made at the first allowed moment. */
function afterAttempts(count: number, key = "k"): BackOff {
  let backOff = none;
  let nowMs = 0;
  for (let attempt = 0; attempt < count; attempt++) {
    backOff = withAttempts(backOff, [{ agent: "canary", key }], nowMs);
    nowMs = backOff.get("canary")?.notBeforeMs ?? NaN;
  }
  return backOff;
}

const ranFor = (ms: number): ReadonlyMap<string, number> => new Map([["canary", ms]]);

describe("An agent that keeps failing", () => {
  it("is tried again after 1 s, 5 s, and then twice as long each time, but after five minutes at most", () => {
    const seconds = Array.from({ length: 10 }, (_, index) => delayAfter(index + 1) / 1_000);
    expect(seconds).toEqual([1, 5, 10, 20, 40, 80, 160, 300, 300, 300]);
    expect(delayAfter(10_000)).toBe(300_000);
  });

  it("waits longer and longer, and never longer than five minutes, after any number of failures", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (count) => {
        expect(delayAfter(count + 1)).toBeGreaterThanOrEqual(delayAfter(count));
        expect(delayAfter(count)).toBeLessThanOrEqual(300_000);
      }),
    );
  });

  it("is held until its delay is over, and no longer", () => {
    const backOff = withAttempts(none, [{ agent: "canary", key: "k" }], 7_000);
    expect(heldUntil(backOff, "canary", "k", 7_000)).toBe(8_000);
    expect(heldUntil(backOff, "canary", "k", 7_999)).toBe(8_000);
    expect(heldUntil(backOff, "canary", "k", 8_000)).toBeUndefined();
  });

  it("is counted by itself: others are neither held nor counted with it", () => {
    const backOff = withAttempts(afterAttempts(3), [{ agent: "planner", key: "k" }], 20_000);
    expect(backOff.get("canary")).toEqual({ key: "k", count: 3, notBeforeMs: 16_000 });
    expect(backOff.get("planner")).toEqual({ key: "k", count: 1, notBeforeMs: 21_000 });
    expect(heldUntil(backOff, "tester", "k", 0)).toBeUndefined();
  });

  it("starts from the beginning after an edit", () => {
    const before = afterAttempts(6);
    expect(heldUntil(before, "canary", "other", 0)).toBeUndefined();
    const after = withAttempts(before, [{ agent: "canary", key: "other" }], 0);
    expect(after.get("canary")).toEqual({ key: "other", count: 1, notBeforeMs: 1_000 });
    expect(heldUntil(after, "canary", "k", 0)).toBeUndefined();
  });

  it("does not change the earlier state", () => {
    const before = afterAttempts(2);
    const copy = new Map(before);
    withAttempts(before, [{ agent: "canary", key: "k" }], 0);
    withoutLasting(before, ranFor(1_000_000));
    expect(before).toEqual(copy);
  });
});

describe("A run", () => {
  it("of a minute ends the count", () => {
    expect(withoutLasting(afterAttempts(2), ranFor(60_000))).toEqual(none);
  });

  it("of less than a minute does not, so an agent that fails every half minute waits longer each time", () => {
    const backOff = afterAttempts(2);
    expect(withoutLasting(backOff, ranFor(59_999))).toBe(backOff);
    expect(withoutLasting(backOff, new Map())).toBe(backOff);
  });

  it("has to last as long as the delay if that is more than a minute", () => {
    const backOff = afterAttempts(6);
    expect(withoutLasting(backOff, ranFor(79_999))).toBe(backOff);
    expect(withoutLasting(backOff, ranFor(80_000))).toEqual(none);
  });

  it("of one agent does not affect another", () => {
    const backOff = withAttempts(afterAttempts(3), [{ agent: "planner", key: "k" }], 0);
    expect([...withoutLasting(backOff, ranFor(90_000)).keys()]).toEqual(["planner"]);
  });
});
