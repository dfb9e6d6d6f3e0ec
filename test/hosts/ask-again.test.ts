import { describe, expect, it } from "vitest";
import { pauseBeforeQuestion } from "../../src/hosts/ask-again.ts";

describe("the pause before the next question to a host", () => {
  it("is 15 seconds after an answer, and longer for a slow host", () => {
    expect(pauseBeforeQuestion(0, 300)).toBe(15_000);
    expect(pauseBeforeQuestion(0, 4_000)).toBe(40_000);
  });

  it("doubles with each failure, up to four minutes", () => {
    expect([1, 2, 3, 4, 5, 6, 99].map((failures) => pauseBeforeQuestion(failures, 0) / 1_000)).toEqual([
      15, 30, 60, 120, 240, 240, 240,
    ]);
  });
});
