import { dirname, join } from "node:path/posix";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { quoteShortened } from "../describe-path.ts";
import type { Path, Problem } from "../problem.ts";
import { valueAt } from "../value-at.ts";
import { wordsLeft } from "../yaml/yaml-document.ts";
import { parseFleetFile, type FleetFile } from "./fleet-file.ts";

/** The text of an included file. */
interface IncludedText {
  /** The path from the folder of the first file, or an absolute one, without `~`. */
  readonly name: string;
  /** The same for two paths leading to one file. */
  readonly id: string;
  /** The path to show. */
  readonly file: string;
  readonly text: string;
}

/**
 * The reading of an included file by its path: from the folder of the first file, absolute, or below `~/`. Its result is
 * undefined if there is no such file.
 */
type ReadIncluded = (path: string) => Result<IncludedText> | undefined;

/** The way from a file to those that it includes. */
export interface Includer {
  /** The id of the first file. */
  readonly id: string;
  readonly read: ReadIncluded;
}

/** The files of a fleet, and the problems of their `include`. */
export interface GatheredFiles {
  /** The first file, and then the others in the order in which they are included. */
  readonly files: readonly [FleetFile, ...FleetFile[]];
  readonly problems: readonly { readonly file: FleetFile; readonly problem: Problem }[];
}

/** Limit for the files of one fleet. */
const maxFiles = 100;

/** Reads the files included by a file, and theirs. A file that is named twice counts once. */
export function gatherFiles(first: FleetFile, { id: own, read }: Includer): GatheredFiles {
  const included: FleetFile[] = [];
  const problems: { readonly file: FleetFile; readonly problem: Problem }[] = [];
  const seen = new Set<string>();
  let words = wordsLeft(first.document);
  follow(first, [own]);
  return { files: [first, ...included], problems };

  function follow(from: FleetFile, above: readonly string[]): void {
    for (const { path, at } of includesOf(from.value)) {
      const addProblem = (problem: Omit<Problem, "path" | "on">): void => {
        problems.push({ file: from, problem: { ...problem, path: at, on: "value" } });
      };
      const name = pathFrom(from.name, path);
      const found = read(name);
      if (found === undefined) {
        addProblem(notFound(name));
        continue;
      }
      if (!found.ok) {
        const [{ summary, hint } = { summary: `cannot read ${name}`, hint: undefined }] = found.diagnostics;
        addProblem({ code: "file-unreadable", summary, hint });
        continue;
      }
      const { id, file, text } = found.value;
      if (above.includes(id)) {
        addProblem(cycle(file));
        continue;
      }
      if (seen.has(id)) continue;
      seen.add(id);
      if (seen.size >= maxFiles) {
        addProblem({ code: "invalid-value", summary: `a fleet has at most ${maxFiles} files` });
        return;
      }
      const next = parseFleetFile(text, file, found.value.name, words);
      words = wordsLeft(next.document);
      included.push(next);
      follow(next, [...above, id]);
    }
  }
}

/** Returns the paths in the key `include`, with their places. The schema reports any other value. */
function includesOf(value: unknown): readonly { readonly path: string; readonly at: Path }[] {
  const include = valueAt(value, ["include"]);
  if (typeof include === "string") return include === "" ? [] : [{ path: include, at: ["include"] }];
  if (!Array.isArray(include)) return [];
  return include.flatMap((path: unknown, index) =>
    typeof path === "string" && path !== "" ? [{ path, at: ["include", index] }] : [],
  );
}

/** Returns an included path from the folder of the first file. It begins in the folder of the including file. */
function pathFrom(including: string | undefined, path: string): string {
  return including === undefined || /^[/~]/.test(path) ? path : join(dirname(including), path);
}

function notFound(path: string): Omit<Problem, "path" | "on"> {
  return {
    code: "include-not-found",
    summary: `there is no file ${quoteShortened(path)} to include`,
    detail: "Paths begin in the folder of the file that includes them.",
    hint: /[*?]/.test(path)
      ? "name each file: a pattern would add and remove agents without an edit"
      : "correct the path, or remove the line",
  };
}

function cycle(file: string): Omit<Problem, "path" | "on"> {
  return {
    code: "invalid-value",
    summary: `${file} would include itself`,
    hint: "remove the line, or move the shared part to a third file",
  };
}
