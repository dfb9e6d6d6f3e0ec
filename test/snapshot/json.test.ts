import fc, { type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { fromJson, toJson } from "../../src/snapshot/json.ts";

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(undefined, null, true, 0, 1.5, "", "text", "$map"),
    fc.array(
      tie("value").filter((each) => each !== undefined),
      { maxLength: 3 },
    ),
    fc.dictionary(fc.constantFrom("a", "kind", "constructor"), tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    mapOf(tie("value")),
  ),
}));

function mapOf(values: Arbitrary<unknown>): Arbitrary<ReadonlyMap<string, unknown>> {
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom("", "/a/b", "b", "__proto__", "9", "10"), values), {
      selector: ([key]) => key,
      maxLength: 4,
    })
    .map((pairs) => new Map(pairs));
}

describe("A value with maps as JSON", () => {
  it("is read back as written, including undefined values of maps", () => {
    fc.assert(
      fc.property(value, (each) => {
        const whole = { each };
        expect(fromJson(toJson(whole))).toEqual(whole);
      }),
    );
  });

  it("keeps the keys of a map with an undefined value", () => {
    const map = new Map<string, unknown>([
      ["b", undefined],
      ["a", null],
    ]);
    expect(fromJson(toJson(map))).toStrictEqual(
      new Map<string, unknown>([
        ["a", null],
        ["b", undefined],
      ]),
    );
  });

  it("is the same text for any order of insertion into a map", () => {
    const pairs = [
      ["b", 1],
      ["a", 2],
      ["c", 3],
    ] as const;
    expect(toJson(new Map(pairs))).toBe(toJson(new Map(pairs.toReversed())));
  });

  it.each(["", "{", '{"$map": 5}', '{"$map": [1]}'])("is refused if it is invalid: %s", (text) => {
    expect(() => fromJson(text)).toThrow();
  });
});
