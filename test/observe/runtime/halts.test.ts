import { expect, it } from "vitest";
import { parseHalt } from "../../../src/observe/runtime/halts.ts";

it("A halt of starts has its reason, and the time of the next try", () => {
  const halt = { group: "fleet", count: 5, exitStatus: 7, untilMs: 1_000_020_000, isTrying: false };
  expect(parseHalt("fleet", "5 7 2001 6000 0\n", 1_000_000_000)).toEqual(halt);
  expect(parseHalt("fleet", "5 7 2001 6000 12\n", 1_000_000_000)).toEqual({ ...halt, isTrying: true });
  expect(parseHalt("fleet", "5 start 2001 6000 0\n", 1_000_000_000)).toEqual({
    ...halt,
    exitStatus: undefined,
  });
  for (const text of ["", "5 7 2001\n", "5 x 2001 6000 0\n"])
    expect(parseHalt("fleet", text, 0)).toBeUndefined();
});
