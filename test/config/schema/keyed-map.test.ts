import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { key, requiredKey } from "../../../src/config/schema/key.ts";
import { keyedMap } from "../../../src/config/schema/keyed-map.ts";

describe("a map with fixed keys", () => {
  const number = () => z.number("whole 1..2");
  const ours = keyedMap(
    () => ({
      a: key(number, "A number."),
      b: requiredKey(() => z.pipe(number(), z.transform(String)), "A number."),
      c: key(() => z.union([z.boolean("flag"), z.strictObject({ d: number() }, "map")], "log"), "A union."),
    }),
    () => [z.refine(({ a, b }) => String(a) !== b, { error: "choice", path: ["a"] })],
  );
  const ofZod = z
    .strictObject(
      {
        a: z.optional(number()),
        b: z.pipe(number(), z.transform(String)),
        c: z.optional(z.union([z.boolean("flag"), z.strictObject({ d: number() }, "map")], "log")),
      },
      "map",
    )
    .check(z.refine(({ a, b }) => String(a) !== b, { error: "choice", path: ["a"] }));

  it("has the values and the errors of a strict object of zod", () => {
    const part = fc.oneof(fc.constantFrom(0, 1, "x", null, undefined, true), fc.record({ d: fc.nat(2) }));
    const names = fc.constantFrom("a", "b", "c", "d", "toString", "__proto__");
    const map = fc.dictionary(names, part, { noNullPrototype: true });
    fc.assert(
      fc.property(fc.oneof(map, part, fc.array(part)), (value) => {
        const [mine, theirs] = [ours().safeParse(value), ofZod.safeParse(value)];
        expect(mine.success).toBe(theirs.success);
        expect(Object.entries(mine.data ?? {})).toEqual(Object.entries(theirs.data ?? {}));
        expect(mine.error?.issues).toEqual(theirs.error?.issues);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the schema of fleet.yaml", () => {
  it("makes the schemas of the keys in a file, and of no others", async () => {
    vi.resetModules();
    const help = vi.spyOn(z.globalRegistry, "add");
    const { fleetSchema } = await import("../../../src/config/schema/schema.ts");
    const agents = { one: { command: "sleep 1", env: { A: "1" } }, two: null };
    expect(fleetSchema.safeParse({ version: 1, agents }).success).toBe(true);
    const made = help.mock.calls.map(([, docs]) => (docs as { readonly description: string }).description);
    expect(made).toEqual([
      "Version of the file format: 1.",
      "The agents, by name.",
      expect.stringMatching(/^Command to run/),
      expect.stringMatching(/^Environment variables/),
    ]);
  });
});
