import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPattern, patternTest } from "../../../src/plan/selection/patterns.ts";

const fits = (pattern: string, name: string): boolean => patternTest(pattern)(name);

describe("A pattern of names", () => {
  it.each([
    ["worker-*", "worker-1", true],
    ["worker-*", "worker-", true],
    ["worker-*", "coworker-1", false],
    ["*", "", true],
    ["*-1", "worker-1", true],
    ["*-1", "worker-11", false],
    ["w*r-?", "worker-1", true],
    ["w*r-?", "worker-12", false],
    ["worker-[12]", "worker-2", true],
    ["worker-[1-3]", "worker-4", false],
    ["worker-[!1-3]", "worker-4", true],
    ["worker-[!1-3]", "worker-2", false],
    ["worker-[", "worker-1", false],
    ["[]a]", "a", true],
    ["a.c", "abc", false],
  ])("%s fits %s: %s", (pattern, name, expected) => {
    expect(fits(pattern, name)).toBe(expected);
  });

  it("differs from a name by its characters", () => {
    expect(["worker-1", "a_b", "work*", "work?", "[a]"].map(isPattern)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  const part = fc.constantFrom("a", "b", "1", "-", "*", "?", "[ab]", "[a-b]", "[!a]");
  const patterns = fc.array(part, { maxLength: 7 }).map((parts) => parts.join(""));
  const names = fc.array(fc.constantFrom("a", "b", "1", "-"), { maxLength: 9 }).map((each) => each.join(""));

  it("fits the same names as a regular expression", () => {
    fc.assert(
      fc.property(patterns, names, (pattern, name) => {
        const source = pattern.replaceAll("*", ".*").replaceAll("?", ".").replaceAll("[!", "[^");
        expect(fits(pattern, name)).toBe(new RegExp(`^${source}$`).test(name));
      }),
    );
  });

  it("fits itself as a name, and everything with a star around it", () => {
    fc.assert(
      fc.property(names, names, names, (name, before, after) => {
        expect(fits(name, name)).toBe(true);
        expect(fits(`*${name}*`, before + name + after)).toBe(true);
      }),
    );
  });

  it("has an answer for many stars", () => {
    expect(fits(`${"*a".repeat(30)}b`, "a".repeat(63))).toBe(false);
  });
});
