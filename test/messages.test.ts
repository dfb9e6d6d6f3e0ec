import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { messagesOf } from "../scripts/prose/messages.mjs";
import { sentencesOf, summarize, type Sentence } from "../scripts/prose/sentences.mjs";
import { corrections } from "../scripts/prose/words.mjs";

/** The places with texts for people, each with a number of sentences that it surely has. */
const places = [
  { place: "src", files: below("src", /\.ts$/), atLeast: 1500 },
  {
    place: "the shell scripts",
    files: [...["units", "src/sandbox", "ci"].flatMap((folder) => below(folder, /\.sh$/)), ".ci/run"],
    atLeast: 25,
  },
  { place: "scripts", files: below("scripts", /\.[cm]js$/), atLeast: 150 },
  {
    place: "the units, the action and the package",
    files: [...below("units", /\.service$/), "action.yml", "package.json"],
    atLeast: 8,
  },
];

function below(folder: string, kind: RegExp): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => kind.test(path))
    .map((path) => `${folder}/${path}`)
    .sort();
}

type Said = Sentence & { readonly place: string };

function sentencesIn(path: string, content: string): readonly Said[] {
  return messagesOf(path, content).flatMap(({ text, line }) =>
    sentencesOf({ text, line: 1 }).map((sentence) => ({ ...sentence, place: `${path}:${line}` })),
  );
}

/** Returns `PLACE: CORRECTION: SENTENCE` for each word or beginning to rewrite. */
function toRewrite(sentences: readonly Said[]): readonly string[] {
  return sentences.flatMap(({ place, text }) =>
    corrections(text).map((correction) => `${place}: ${correction}: ${text}`),
  );
}

/** Returns the sentences to rewrite if too many begin oddly, or have relative clauses. */
function overLimits(sentences: readonly Said[]): readonly string[] {
  const { turned, relative } = summarize(sentences);
  const odd = sentences.filter(({ faults }) => faults.includes("turned"));
  const longest = sentences.filter((each) => each.relative > 1);
  return [
    ...(turned > 3 ? odd.map(({ place, text }) => `${place}: begin with the subject: ${text}`) : []),
    ...(relative > 2
      ? longest.map(({ place, text }) => `${place}: use fewer relative clauses: ${text}`)
      : []),
  ];
}

// To parse the sources takes long on a busy machine.
describe.each(places)("The messages of $place", { timeout: 60_000 }, ({ files, atLeast }) => {
  const sentences = files.flatMap((path) => sentencesIn(path, readFileSync(path, "utf8")));

  it("have the subject first, in plain words", () => {
    expect(sentences.length).toBeGreaterThanOrEqual(atLeast);
    expect(toRewrite(sentences), "messages to rewrite").toEqual([]);
  });

  it("have at most 3 % odd first words, and at most 2 relative words in 100", () => {
    expect(overLimits(sentences), "messages to rewrite").toEqual([]);
  });
});

describe("The rules for messages", () => {
  it.each([
    { path: "x.ts", content: 'fail("code", `What was ${planned} is mended`)' },
    { path: "x.mjs", content: 'console.log("What was planned is mended");' },
    { path: "x.sh", content: '  say "What was $planned is mended"' },
    { path: "x.service", content: "Description=What was planned is mended" },
    { path: "x.yml", content: "inputs: { file: { description: What was planned is mended } }" },
    { path: "x.json", content: '{ "description": "What was planned is mended" }' },
  ])("find an old sentence in $path", ({ path, content }) => {
    const rules = toRewrite(sentencesIn(path, content)).map((each) =>
      each.split(": ").slice(0, 2).join(": "),
    );
    expect(rules).toEqual([`${path}:1: begin with the subject`, `${path}:1: write "fix"`]);
  });

  it("find too many odd first words, and too many relative clauses", () => {
    const odd = sentencesIn("x.ts", '"That file is there again."');
    expect(overLimits(odd)).toEqual(["x.ts:1: begin with the subject: That file is there again."]);
    const long = "The agent that runs in the pane which you see is the one that failed.";
    expect(overLimits(sentencesIn("x.ts", `"${long}"`))).toEqual([
      `x.ts:1: use fewer relative clauses: ${long}`,
    ]);
    expect(overLimits(sentencesIn("x.ts", '"The agent in this pane has failed."'))).toEqual([]);
  });
});
