import { isAlias, isMap, isSeq, Scalar, visit, type Alias, type Document } from "yaml";
import { expansionProblem } from "./expansion.ts";
import type { LocatedProblem, Span } from "./located-problem.ts";
import { isMergeKey, spanOfRange } from "./spans.ts";
import { isAbandoned } from "./yaml-document.ts";
import { errorMessage } from "../../text/error-message.ts";

/** Returns the document as plain values. Unresolvable parts become problems, and null in the value. */
export function valueOf(document: Document): {
  readonly value: unknown;
  readonly findings: readonly LocatedProblem[];
} {
  if (isAbandoned(document)) return { value: undefined, findings: [] };
  const endless = expansionProblem(document);
  if (endless !== undefined) return { value: undefined, findings: [endless] };
  const first = tryToJs(document);
  if (first.ok) return { value: first.value, findings: [] };
  const findings = cutUnresolvable(document);
  const second = findings.length === 0 ? first : tryToJs(document);
  if (second.ok) return { value: second.value, findings };
  return { value: undefined, findings: [...findings, unusable(document, second.message)] };
}

type Attempt =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** Converts the document. The library throws for unresolvable aliases and merge keys. */
function tryToJs(document: Document): Attempt {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: -1 }) };
  } catch (error) {
    return { ok: false, message: errorMessage(error) };
  }
}

/** Nodes without a part that their author has written: the replaced aliases, and the maps of removed merge keys. */
const incomplete = new WeakSet<object>();

/** Returns true for a node without a part of what its author has written: it lacks more as a consequence. */
export function isIncomplete(node: unknown): boolean {
  return typeof node === "object" && node !== null && incomplete.has(node);
}

/** Replaces aliases without an anchor by null and removes merge keys without a map to merge. */
function cutUnresolvable(document: Document): readonly LocatedProblem[] {
  const findings: LocatedProblem[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      findings.push(unknownAnchor(alias));
      const empty = new Scalar(null);
      empty.range = alias.range ?? null;
      incomplete.add(empty);
      return empty;
    },
    Pair: (_key, pair, path) => {
      if (!isMergeKey(pair.key) || isMergeable(document, pair.value)) return undefined;
      const alias =
        isAlias(pair.value) && pair.value.resolve(document) === undefined ? pair.value : undefined;
      findings.push(alias === undefined ? badMerge(spanOfRange(pair.key)) : unknownAnchor(alias));
      const map = path.at(-1);
      if (map !== undefined) incomplete.add(map);
      return visit.REMOVE;
    },
  });
  return findings;
}

function isMergeable(document: Document, value: unknown): boolean {
  const source = isAlias(value) ? value.resolve(document) : value;
  const sources = isSeq(source) ? source.items : [source];
  return sources.every((item) => isMap(isAlias(item) ? item.resolve(document) : item));
}

function unknownAnchor(alias: Alias): LocatedProblem {
  return {
    code: "yaml-syntax",
    summary: `alias *${alias.source} has no anchor`,
    detail: "An anchor must be set above the aliases that use it.",
    hint: `put the text in quotes if it should begin with *, or set the anchor: &${alias.source}`,
    span: spanOfRange(alias),
  };
}

function badMerge(span: Span): LocatedProblem {
  return {
    code: "yaml-syntax",
    summary: "the merge key << needs a map",
    hint: "write <<: *ANCHOR, where the anchor is on a map, or a list of such aliases",
    span,
  };
}

function unusable(document: Document, message: string): LocatedProblem {
  let first: Alias | undefined;
  visit(document, {
    Alias: (_key, alias) => {
      first = alias;
      return visit.BREAK;
    },
  });
  return {
    code: "yaml-syntax",
    summary: "aliases that cannot be resolved",
    detail: `${message}.`,
    hint: "write the repeated part out, or put it into defaults",
    span: first === undefined ? { start: 0, end: 0 } : spanOfRange(first),
  };
}
