import { readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { proseOf } from "../../scripts/prose/extract.mjs";
import { sentencesOf, type Sentence } from "../../scripts/prose/sentences.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The sentences of the files so far. To parse all files takes seconds, and several tests look at them. */
const known = new Map<string, Promise<readonly Sentence[]>>();

/** Returns the sentences of a page, or of the comments of a source, by its path in the repository. */
export function sentencesIn(path: string): Promise<readonly Sentence[]> {
  const sentences = known.get(path) ?? parse(path);
  known.set(path, sentences);
  return sentences;
}

async function parse(path: string): Promise<readonly Sentence[]> {
  return (await proseOf(path, readFileSync(join(root, path), "utf8"))).flatMap(sentencesOf);
}
