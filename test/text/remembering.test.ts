import { expect, it } from "vitest";
import { remembering } from "../../src/text/remembering.ts";

it("A remembering function works once for each short text, and forgets before it holds too many", () => {
  const worked: string[] = [];
  const work = remembering((text) => {
    worked.push(text);
    return text.length;
  });
  expect([work("a"), work("bb"), work("a"), work("")]).toEqual([1, 2, 1, 0]);
  expect(work("")).toBe(0);
  expect(worked).toEqual(["a", "bb", ""]);
  const long = "x".repeat(1_001);
  expect([work(long), work(long)]).toEqual([1_001, 1_001]);
  expect(worked.filter((text) => text === long)).toHaveLength(2);
  for (let i = 0; i < 2_000; i += 1) work(`text ${i}`);
  work("a");
  expect(worked.filter((text) => text === "a")).toHaveLength(2);
});
