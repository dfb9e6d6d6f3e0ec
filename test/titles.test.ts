import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sourceOf } from "../scripts/prose/source.mjs";
import { corrections } from "../scripts/prose/words.mjs";

/** The functions of vitest with a title, and those that wrap them. */
const declares = /^(?:it|test|describe|\w*It|law)$/;

/** A relative clause or an adverb instead of a verb or, for a describe, a noun. */
const noStatement = /^(?:that|which|who|whose|whom|what|whatever|where|wherever|whether|how|why|lest)\b/i;

interface Title {
  readonly place: string;
  readonly text: string;
}

function titlesIn(path: string, content: string): readonly Title[] {
  return sourceOf(path, content)
    .literals.filter(({ callee }) => callee !== undefined && declares.test(callee))
    .map(({ text, line }) => ({ place: `${path}:${line}`, text }));
}

function breaches({ place, text }: Title): readonly string[] {
  return [
    ...(noStatement.test(text) ? [`${place}: begin with a verb in the third person: ${text}`] : []),
    ...corrections(text).map((correction) => `${place}: ${correction}: ${text}`),
  ];
}

// To parse the tests takes long on a busy machine.
describe("The titles of tests", { timeout: 60_000 }, () => {
  const titles = readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => `test/${path}`)
    .flatMap((path) => titlesIn(path, readFileSync(path, "utf8")));

  it("are statements in plain words", () => {
    expect(titles.length).toBeGreaterThan(2000);
    expect(titles.flatMap(breaches), "titles to rewrite").toEqual([]);
  });

  it.each([
    ["it", "What is left is fixed", "begin with a verb in the third person", "begin with the subject"],
    ["it.each(rows)", "that it is fixed", "begin with a verb in the third person"],
    ["describe", "The end of what is mended", 'write "fix"'],
    ["useIt", "starts it anew", 'write "again"'],
    ["law", "whatever fails", "begin with a verb in the third person"],
    ["say", "What is left is mended"],
    ["it", "fixes the rest"],
  ])("are held to that by this test: %s(%j)", (callee, text, ...rules) => {
    const found = titlesIn("x.test.ts", `${callee}("${text}", () => {});`).flatMap(breaches);
    expect(found).toEqual(rules.map((rule) => `x.test.ts:1: ${rule}: ${text}`));
  });
});
