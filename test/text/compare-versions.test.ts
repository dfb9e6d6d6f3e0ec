import { describe, expect, it } from "vitest";
import { compareVersions } from "../../src/text/compare-versions.ts";

describe("compareVersions", () => {
  it.each([
    ["0.1.0", "0.2.0", -1],
    ["0.10.0", "0.9.9", 1],
    ["1.0.0", "1.0.0", 0],
    ["0.0.0-source", "0.1.0", -1],
    ["1.2.3-rc.1", "1.2.3", 0],
    ["nonsense", "1.0.0", 0],
  ])("orders %s and %s", (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
    expect(Math.sign(compareVersions(b, a))).toBe(sign === 0 ? 0 : -sign);
  });
});
