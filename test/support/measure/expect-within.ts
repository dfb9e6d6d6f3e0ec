import { expect } from "vitest";

/** Expects a limit of the median, and three times as much of each: one of them may come when all processors are busy. */
export function expectWithin(limit: number, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  expect(sorted[Math.floor((sorted.length - 1) / 2)]).toBeLessThan(limit);
  expect(sorted.at(-1)).toBeLessThan(limit * 3);
}
