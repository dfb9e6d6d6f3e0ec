import { describe, expect, it } from "vitest";
import { patternTest } from "../../src/plan/selection/patterns.ts";
import { maskText } from "../../src/secrets/mask.ts";
import { measured } from "../support/rig/measured.ts";

/** Texts for which a search that tries all ways takes seconds to years. */
const works: readonly (readonly [title: string, work: () => unknown, mostMs: number])[] = [
  ["a pattern with many stars", () => patternTest(`${"*a".repeat(30)}b`)("a".repeat(63)), 100],
  [
    "the secrets of a long line",
    () =>
      ["a".repeat(50_000), "aB1".repeat(20_000), "a=".repeat(30_000), "-".repeat(50_000)].map((text) =>
        maskText(text, "word"),
      ),
    5_000,
  ],
];

describe("The processor time of a search", () => {
  it.each(works)("for %s is short", (title, work, mostMs) => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1_000;
    measured(`${title}: ${ms} ms`);
    expect(ms).toBeLessThan(mostMs);
  });
});
