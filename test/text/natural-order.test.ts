import fc from "fast-check";
import { expect, it } from "vitest";
import { naturally } from "../../src/text/natural-order.ts";
import { instancesOf } from "../../src/desired/instances.ts";

it.each([
  ["coder-10 coder-2 coder-1 coder", "coder coder-1 coder-2 coder-10"],
  ["b a10 a9 A1", "A1 a9 a10 b"],
  ["x01 x1 x001 x2", "x001 x01 x1 x2"],
])("Names are sorted in human order: %s", (given, sorted) =>
  expect(naturally(given.split(" ")).join(" ")).toBe(sorted),
);

it("Replicas are, too", () => {
  const config = {
    version: 1,
    name: "x",
    tmux: { socket: "s" },
    runtimes: {},
    defaults: {},
    agents: { coder: { command: "x", replicas: 11 } },
  } as const;
  expect(instancesOf(config).map(({ replica }) => replica)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

it("Names are sorted as if each number in them were padded with zeros", () => {
  const key = (name: string): string => name.replaceAll(/\d+/g, (digits) => digits.padStart(63, "0"));
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const name = fc.string({
    unit: fc.constantFrom("0", "0", "1", "9", "a", "b", "-", ".", "/", ":", "é"),
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const expected = names.toSorted((a, b) => order(key(a), key(b)) || order(a, b));
      expect(naturally(names)).toEqual(expected);
    }),
  );
});
