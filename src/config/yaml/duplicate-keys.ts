import { isScalar, visit, type Document, type Scalar } from "yaml";
import { lineAt, type LocatedProblem, type Source } from "./located-problem.ts";
import { quoteShortened } from "../describe-path.ts";

/** A key that repeats an earlier one of its map. */
export interface DuplicateKey {
  readonly name: string;
  readonly key: Scalar;
  /** The first occurrence in the map. */
  readonly first: Scalar;
}

/**
 * Returns the repeated keys of maps, in the order of the text. The library's own check compares each key with
 * every other.
 */
export function duplicateKeys(document: Document): readonly DuplicateKey[] {
  const duplicates: DuplicateKey[] = [];
  visit(document, {
    Map: (_key, map) => {
      const keys = new Map<string, Scalar>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const first = keys.get(name);
        if (first === undefined) keys.set(name, key);
        else duplicates.push({ name, key, first });
      }
    },
  });
  return duplicates;
}

/** Returns the problem of a duplicate key. */
export function duplicateKeyProblem({ name, key, first }: DuplicateKey, source: Source): LocatedProblem {
  return {
    code: "duplicate-key",
    summary: `duplicate key ${quoteShortened(name)}`,
    detail: `Line ${lineAt(source, first.range?.[0] ?? 0)} has it already.`,
    hint: "remove or rename one of them",
    span: { start: key.range?.[0] ?? 0, end: key.range?.[1] ?? 0 },
  };
}
