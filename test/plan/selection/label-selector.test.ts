import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSelector, selects, type Labels } from "../../../src/plan/selection/label-selector.ts";

function picks(text: string, labels: Labels): boolean {
  const parsed = parseSelector(text);
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.detail);
  return selects(parsed.value, labels);
}

const core = { team: "core", tier: "prod" };

describe("A selector of labels", () => {
  it.each([
    ["team=core", true],
    ["team==core", true],
    ["team = core", true],
    ["team=web", false],
    ["lead=ada", false],
    ["team!=core", false],
    ["team!=web", true],
    ["lead!=ada", true],
    ["team in (core,web)", true],
    ["team in ( core , web )", true],
    ["team in (web)", false],
    ["lead in (ada)", false],
    ["team notin (core)", false],
    ["team notin (web)", true],
    ["lead notin (ada)", true],
    ["team", true],
    ["lead", false],
    ["!team", false],
    ["!lead", true],
    ["! lead", true],
    ["team=core,tier=prod", true],
    ["team=core,tier!=prod", false],
    ["team in (core, web),!lead,tier", true],
    ["team=", false],
    ['"team"="core"', true],
    ["toString", false],
    ["in=x", false],
  ])("as kubectl reads it: %s selects %s", (text, expected) => {
    expect(picks(text, core)).toBe(expected);
  });

  it("takes names and values with spaces and signs in double quotes", () => {
    expect(picks('"my team"="a, b (c)"', { "my team": "a, b (c)" })).toBe(true);
    expect(picks('note="in"', { note: "in" })).toBe(true);
    expect(picks("empty=", { empty: "" })).toBe(true);
  });

  it.each([
    ["", "It needs the name of a label, at its end."],
    ["team=core,", "It needs the name of a label, at its end."],
    ["=core", 'It needs the name of a label, and not "=" in column 1.'],
    ["team in core", 'It needs "(" after "in", and not "core" in column 9.'],
    ["team in (core", 'It needs "," or ")", at its end.'],
    ["team=core web", 'It needs an operator or ",", and not "web" in column 11.'],
    ["team > 5", 'It needs an operator or ",", and not ">" in column 6.'],
    ["!team=core", 'It needs an operator or ",", and not "=" in column 6.'],
    ['team="core', 'It needs an operator or ",", and not """ in column 6.'],
  ])("is refused with the place of its mistake: %s", (text, detail) => {
    const parsed = parseSelector(text);
    expect(parsed.ok ? [] : parsed.diagnostics).toMatchObject([{ code: "bad-usage", detail }]);
  });

  const words = fc.constantFrom("core", "web", "in", "a b", "x=y", "");
  const labels = fc.dictionary(fc.constantFrom("team", "tier"), words);
  const quoted = (word: string): string => `"${word}"`;

  it("and its negation divide all agents between them", () => {
    fc.assert(
      fc.property(labels, words, fc.array(words, { minLength: 1 }), (given, value, values) => {
        const list = values.map(quoted).join(",");
        expect(picks(`team=${quoted(value)}`, given)).toBe(!picks(`team!=${quoted(value)}`, given));
        expect(picks(`team in (${list})`, given)).toBe(!picks(`team notin (${list})`, given));
        expect(picks("team", given)).toBe(!picks("!team", given));
      }),
    );
  });

  it("with several requirements selects what each of them selects", () => {
    fc.assert(
      fc.property(labels, words, words, (given, one, other) => {
        const [first, second] = [`team=${quoted(one)}`, `tier notin (${quoted(other)})`];
        expect(picks(`${first},${second}`, given)).toBe(picks(first, given) && picks(second, given));
      }),
    );
  });

  it("with a list selects what each of its values selects", () => {
    fc.assert(
      fc.property(labels, fc.array(words, { minLength: 1 }), (given, values) => {
        const expected = values.some((value) => picks(`team=${quoted(value)}`, given));
        expect(picks(`team in (${values.map(quoted).join(", ")})`, given)).toBe(expected);
      }),
    );
  });
});
