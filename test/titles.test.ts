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

function titlesOf(path: string): readonly Title[] {
  return sourceOf(path, readFileSync(path, "utf8"))
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
    .flatMap((path) => titlesOf(`test/${path}`));

  it("are statements in plain words", () => {
    expect(titles.length).toBeGreaterThan(2000);
    expect(titles.flatMap(breaches), "titles to rewrite").toEqual([]);
  });

  it("are held to that by this test", () => {
    const text = "What is left is mended";
    expect(breaches({ place: "x.test.ts:1", text })).toEqual([
      `x.test.ts:1: begin with a verb in the third person: ${text}`,
      `x.test.ts:1: begin with the subject: ${text}`,
      `x.test.ts:1: write "fix": ${text}`,
    ]);
  });
});
