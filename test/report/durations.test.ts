import { expect, it } from "vitest";
import { durationPhrase, exactDuration } from "../../src/report/phrases.ts";

it("tells a chosen time exactly", () => {
  const shown = [0, 100, 1_500, 2_000, 90_000, 120_000, 3_600_000, 86_400_000, 90_061_000].map(exactDuration);
  expect(shown).toEqual(["0 ms", "100 ms", "1500 ms", "2 s", "90 s", "2 min", "1 h", "1 d", "90061 s"]);
});

it("tells the age of something in one unit, rounded down", () => {
  expect([0, 59.9, 90, 3_599, 90_000].map(durationPhrase)).toEqual(["0 s", "59 s", "1 min", "59 min", "1 d"]);
});
