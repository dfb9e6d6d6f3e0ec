import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { summarize } from "../scripts/prose/sentences.mjs";
import { corrections } from "../scripts/prose/words.mjs";
import { sentencesIn } from "./support/sentences.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The folders, each with a number of files that it surely has. */
const folders = [
  { folder: "src", atLeast: 150 },
  { folder: "test", atLeast: 150 },
  { folder: "scripts", atLeast: 30 },
  { folder: "units", atLeast: 4 },
];

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:[cm]?ts|[cm]?js|sh|service)$/.test(path))
    .map((path) => `${folder}/${path}`)
    .sort();
}

/** A verb in the third person. Plurals of nouns look the same, so the usual ones are listed. */
const verb = /^[A-Z][a-z]+s$/;
const noVerb =
  /^(?:Actions|Agents|Always|As|Changes|Events|Fields|Files|Has|Hints|Is|Its|Keys|Lines|Notes|Numbers|Parts|Paths|Problems|This|Units|Unless|Values|Variables|Was|Words)$/;

/** A clause in place of a noun, or the verb of a function. */
const noNoun =
  /^(?:What|Which|Who|Whose|Where|When|Whether|Why|How|Adds|Asks|Carries|Finds|Gives|Keeps|Makes|Reads|Returns|Runs|Says|Takes|Tells|Writes)\b/;

interface DocComment {
  readonly line: number;
  readonly firstWord: string;
  readonly of: "function" | "type" | "value" | "other";
}

/** Returns the doc comments of a source, each with the kind of the declaration below it. */
function docComments(text: string): readonly DocComment[] {
  return [...text.matchAll(/\/\*\*\s*(?:\*\s*)?([\s\S]*?)\*\/\s*/g)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    firstWord: /^\S+/.exec(match[1] ?? "")?.[0].replace(/[,.:;]+$/, "") ?? "",
    of: kindOf(text.slice(match.index + match[0].length)),
  }));
}

/** A function as the value of a constant, plain or remembering, with its parameters in one line or in several. */
const functionConst =
  /^const \w+(?:: [^=\n]+)? = (?:remembering\()?(?:async )?(?:\([^()\n]*\)(?:: [^=\n]+)? =>|\w+ =>|\((?:\{[^\n]*)?\n)/;

function kindOf(code: string): DocComment["of"] {
  const declaration = code.replace(/^export (?:default )?/, "");
  if (/^(?:async )?function\b/.test(declaration) || functionConst.test(declaration)) return "function";
  if (/^(?:interface|type|class)\b/.test(declaration)) return "type";
  const isMethod = /^readonly \w+\??:[^;]*=>/.test(declaration);
  return /^(?:const|let|readonly) /.test(declaration) && !isMethod ? "value" : "other";
}

/** Lists `PLACE: RULE: WORDS` for every breach, so a failure names all of them. */
async function breaches(
  files: readonly string[],
  check: (path: string, text: string) => readonly string[] | Promise<readonly string[]>,
): Promise<readonly string[]> {
  const found = files.map(async (path) => check(path, readFileSync(join(root, path), "utf8")));
  return (await Promise.all(found)).flat();
}

// To parse all comments of a folder takes long on a busy machine.
describe.each(folders)("the comments of $folder", { timeout: 120_000 }, ({ folder, atLeast }) => {
  const files = filesOf(folder);
  const scripts = files.filter((path) => /[jt]s$/.test(path));

  it("are read by this test", () => {
    expect(files.length).toBeGreaterThanOrEqual(atLeast);
    expect(
      docComments("/** Reads it. */\nexport async function read() {}\n\n/**\n * A thing.\n */\ntype A = 1;"),
    ).toEqual([
      { line: 1, firstWord: "Reads", of: "function" },
      { line: 4, firstWord: "A", of: "type" },
    ]);
  });

  it("begin with a verb in the third person above a function, such as Returns", async () => {
    const found = await breaches(scripts, (path, text) =>
      docComments(text)
        .filter(({ of, firstWord }) => of === "function" && (!verb.test(firstWord) || noVerb.test(firstWord)))
        .map(
          ({ line, firstWord }) => `${path}:${line}: begin with a verb such as Returns, not "${firstWord}"`,
        ),
    );
    expect(found, "comments to rewrite").toEqual([]);
  });

  it("begin with a noun above a type or a value", async () => {
    const found = await breaches(scripts, (path, text) =>
      docComments(text)
        .filter(({ of, firstWord }) => (of === "type" || of === "value") && noNoun.test(firstWord))
        .map(({ line, firstWord }) => `${path}:${line}: begin with a noun, not "${firstWord}"`),
    );
    expect(found, "comments to rewrite").toEqual([]);
  });

  it("have sentences with the subject first, in plain words", async () => {
    const found = await breaches(files, async (path) =>
      (await sentencesIn(path)).flatMap(({ line, text: sentence }) =>
        corrections(sentence).map((correction) => `${path}:${line}: ${correction}: ${sentence}`),
      ),
    );
    expect(found, "comments to rewrite").toEqual([]);
  });

  it("stay near the limits of npm run prose", async () => {
    const measured = summarize((await Promise.all(files.map(sentencesIn))).flat());
    expect(measured.sentences).toBeGreaterThan(400);
    expect(measured.wordsEach).toBeLessThan(18);
    expect(measured.relative).toBeLessThan(2.2);
    expect(measured.long).toBeLessThan(5);
  });
});
