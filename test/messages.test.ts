import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sentencesOf, summarize } from "../scripts/prose/sentences.mjs";
import { sourceOf } from "../scripts/prose/source.mjs";
import { corrections } from "../scripts/prose/words.mjs";

/** Returns true for a text with the length of a message: names, paths and keys have fewer words. */
const isMessage = (text: string) =>
  (text.match(/[\p{L}'’-]+/gu)?.length ?? 0) >= 4 && !/^\.{1,2}\//.test(text);

interface Message {
  readonly place: string;
  readonly text: string;
}

function messagesOf(path: string): readonly Message[] {
  return sourceOf(path, readFileSync(path, "utf8"))
    .literals.filter(({ text }) => isMessage(text))
    .map(({ text, line }) => ({ place: `${path}:${line}`, text }));
}

// To parse the sources takes long on a busy machine.
describe("The messages in the code", { timeout: 60_000 }, () => {
  const sentences = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) => messagesOf(`src/${path}`))
    .flatMap(({ place, text }) => sentencesOf({ text, line: 1 }).map((sentence) => ({ ...sentence, place })));

  it("have the subject first, in plain words", () => {
    expect(sentences.length).toBeGreaterThan(1000);
    const found = sentences.flatMap(({ place, text }) =>
      corrections(text).map((correction) => `${place}: ${correction}: ${text}`),
    );
    expect(found, "messages to rewrite").toEqual([]);
  });

  it("have at most 3 % odd first words, and at most 2 relative words in 100", () => {
    const { turned, relative } = summarize(sentences);
    const odd = sentences.filter(({ faults }) => faults.includes("turned"));
    expect(turned > 3 ? odd.map(({ place, text }) => `${place}: ${text}`) : [], "odd first words").toEqual(
      [],
    );
    const longest = sentences.filter((each) => each.relative > 1);
    expect(
      relative > 2 ? longest.map(({ place, text }) => `${place}: ${text}`) : [],
      `${relative.toFixed(2)} of the words who, what, which, that and where in 100: rewrite some of these`,
    ).toEqual([]);
  });
});
