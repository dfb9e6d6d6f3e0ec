import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, jittered, parseDuration, suggestDuration } from "../../src/text/durations.ts";

describe("parseDuration", () => {
  it.each([
    ["500ms", 500],
    ["2s", 2_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["1h 30m", 5_400_000],
    ["1d", 86_400_000],
    ["1m500ms", 60_500],
    ["0s", 0],
  ])("reads %s", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "5", "1.5h", "-1s", "1h ", " 1h", "1 h", "5min", "s", "1h  30m", "1e3s"])(
    "refuses %j",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it("adds up any units", () => {
    const unit = fc.constantFrom(["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1_000], [
      "ms",
      1,
    ] as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(999), unit), { minLength: 1 }), (parts) => {
        const text = parts.map(([amount, [name]]) => `${amount}${name}`).join("");
        const ms = parts.reduce((total, [amount, [, factor]]) => total + amount * factor, 0);
        expect(parseDuration(text)).toBe(ms);
      }),
    );
  });
});

describe("suggestDuration", () => {
  it.each([
    ["5 minutes", "5m"],
    ["1 hour 30 min", "1h30m"],
    ["10SEC", "10s"],
    ["2 days", "2d"],
    ["250 msec", "250ms"],
  ])("understands %s as %s", (text, guess) => {
    expect(suggestDuration(text)?.replaceAll(" ", "")).toBe(guess);
  });

  it.each(["soon", "1.5h", "2s"])("has no suggestion for %s", (text) => {
    expect(suggestDuration(text)).toBeUndefined();
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0s"],
    [500, "500ms"],
    [60_000, "1m"],
    [5_400_000, "1h30m"],
    [86_461_001, "1d1m1s1ms"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("loses nothing", () => {
    const any = fc.nat({ max: 400 * 86_400_000 });
    fc.assert(fc.property(any, (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});

describe("The time until a full pass", () => {
  it("varies by a tenth in both directions", () => {
    expect([0, 0.5, 1].map((random) => Math.round(jittered(60_000, random)))).toEqual([
      54_000, 60_000, 66_000,
    ]);
  });
});
