import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinAlike, namesText, rangesOf } from "../../src/report/alike.ts";

const numbered = (stem: string, count: number, from = 1): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${stem}${from + index}`);

describe("Many names", () => {
  it.each([
    [["coder"], "coder"],
    [numbered("coder-", 200), "coder-1 … coder-200 (200)"],
    [[...numbered("c-", 4), ...numbered("c-", 3, 8)], "c-1 … c-4, c-8 … c-10 (7)"],
    [["c-1", "c-2", "c-4", "c-9", "c-10", "c-11"], "c-1, c-2, c-4, c-9 … c-11 (6)"],
    [numbered("c-", 9).map((name) => `${name}1`), "c-11, c-21, c-31, c-41, c-51, c-61 and 3 more (9)"],
  ])("are a range with their gaps and their number: %j", (names, text) => {
    expect(rangesOf(names)).toBe(text);
  });

  it("are a list if they are few, or have nothing in common", () => {
    expect(namesText(["a", "b-1", "b-2"])).toBe("a, b-1, b-2");
    expect(namesText(["a", ...numbered("b-", 6), "z"])).toBe("a, b-1 … b-6 (6), z");
  });
});

describe("Things that read the same", () => {
  const name = fc
    .tuple(fc.constantFrom("a-", "b-", "solo"), fc.nat({ max: 40 }))
    .map(([stem, number]) => (stem === "solo" ? stem : `${stem}${number}`));
  const things = fc.uniqueArray(
    fc.record({ name, words: fc.constantFrom<(string | undefined)[]>("added", "failed", undefined) }),
    {
      selector: ({ name: each }) => each,
      maxLength: 60,
    },
  );
  const join = (items: readonly { readonly name: string; readonly words: string | undefined }[]) =>
    joinAlike(
      items,
      (item) => item.name,
      (item) => item.words,
    );

  it("lose no name, and gain none", () => {
    fc.assert(
      fc.property(things, (items) => {
        const names = join(items).flatMap((group) => group.names);
        expect(names.toSorted()).toEqual(items.map((item) => item.name).toSorted());
      }),
    );
  });

  it("are joined only with their equals, five or more, and stand in the place of the first", () => {
    fc.assert(
      fc.property(things, (items) => {
        const wordsOf = new Map(items.map((item) => [item.name, item.words]));
        const groups = join(items);
        for (const { names } of groups.filter((group) => group.names.length > 1)) {
          expect(names.length).toBeGreaterThanOrEqual(5);
          expect(new Set(names.map((each) => wordsOf.get(each))).size).toBe(1);
          expect(wordsOf.get(names[0] ?? "")).toBeDefined();
        }
        const places = groups.map(({ first }) => items.indexOf(first));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
    );
  });
});
