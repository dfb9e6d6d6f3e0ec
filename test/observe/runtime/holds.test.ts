import { expect, it } from "vitest";
import { parseHold } from "../../../src/observe/runtime/holds.ts";

it("A hold of starts has its reason, and the time of the next try", () => {
  const hold = { group: "fleet", count: 5, exitStatus: 7, untilMs: 1_000_020_000, isTrying: false };
  expect(parseHold("fleet", "5 7 2001 6000 0\n", 1_000_000_000)).toEqual(hold);
  expect(parseHold("fleet", "5 7 2001 6000 12\n", 1_000_000_000)).toEqual({ ...hold, isTrying: true });
  expect(parseHold("fleet", "5 start 2001 6000 0\n", 1_000_000_000)).toEqual({
    ...hold,
    exitStatus: undefined,
  });
  for (const text of ["", "5 7 2001\n", "5 x 2001 6000 0\n"])
    expect(parseHold("fleet", text, 0)).toBeUndefined();
});
