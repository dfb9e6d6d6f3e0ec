import { isScalar, visit, type Document, type Scalar } from "yaml";
import { lineAt, type LocatedProblem, type Source } from "./located-problem.ts";
import { quote } from "../describe-path.ts";

/** A key that its map has already. */
export interface DuplicateKey {
  readonly name: string;
  readonly key: Scalar;
  /** Where the map has it first. */
  readonly first: Scalar;
}

/** The keys that stand in their map already, in the order of the text. The library's own check compares each with each. */
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

/** A duplicate key as a finding. */
export function duplicateKeyProblem({ name, key, first }: DuplicateKey, source: Source): LocatedProblem {
  return {
    code: "duplicate-key",
    summary: `duplicate key ${quote(name)}`,
    detail: `Line ${lineAt(source, first.range?.[0] ?? 0)} has it already.`,
    hint: "remove or rename one of them",
    span: { start: key.range?.[0] ?? 0, end: key.range?.[1] ?? 0 },
  };
}
