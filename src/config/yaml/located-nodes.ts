import { isAlias, isMap, isScalar, isSeq, type Document, type Node } from "yaml";
import { ok, type Place, type Result } from "../../diagnostics/diagnostic.ts";
import { valueOf } from "./document-value.ts";
import { duplicateKeyProblem, duplicateKeys } from "./duplicate-keys.ts";
import { placeOf, sourceOf, toDiagnostic, type Source, type Span } from "./located-problem.ts";
import { secretsIn } from "./secret-spans.ts";
import { isMergeKey, spanOfRange } from "./spans.ts";
import { syntaxProblems } from "./syntax-problems.ts";
import { readDocument } from "./yaml-document.ts";

/** A value of a YAML or JSON text with its place. Aliases and merge keys are resolved. */
export type LocatedNode = LocatedMap | LocatedList | LocatedScalar;

/** A map, in the order of the text. */
export interface LocatedMap {
  readonly kind: "map";
  readonly place: Place;
  readonly entries: readonly LocatedEntry[];
}

/** One key of a map. `place` is that of the key. */
export interface LocatedEntry {
  readonly key: string;
  readonly place: Place;
  readonly value: LocatedNode;
}

/** A list. */
interface LocatedList {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly LocatedNode[];
}

/** A text, a number, a flag or nothing. */
interface LocatedScalar {
  readonly kind: "scalar";
  readonly place: Place;
  /** The value as written, without quotes; undefined for null and for an absent value. */
  readonly text: string | undefined;
  /** True for a number, a flag or null: YAML reads it as no string. */
  readonly isBare: boolean;
}

/** Parses a YAML or JSON text of any tool. Returns all errors of YAML in it. Pure. */
export function readNodes(text: string, file: string): Result<LocatedNode> {
  const unmarked = text.replace(/^\uFEFF/, "");
  const document = readDocument(unmarked);
  const source = sourceOf(file, unmarked, secretsIn(document, unmarked));
  const { findings } = valueOf(document);
  const problems = [
    ...syntaxProblems(document, source),
    ...findings,
    ...duplicateKeys(document).map((each) => duplicateKeyProblem(each, source)),
  ];
  if (problems.length > 0) {
    const sorted = problems.toSorted((a, b) => a.span.start - b.span.start);
    return { ok: false, diagnostics: sorted.map((problem) => toDiagnostic(source, problem)) };
  }
  return ok(locate(document.contents, { document, source, at: { start: 0, end: 0 } }));
}

interface NodeReading {
  readonly document: Document;
  readonly source: Source;
  /** The place of an absent value: that of its key. */
  readonly at: Span;
}

function locate(node: unknown, reading: NodeReading): LocatedNode {
  const target = isAlias(node) ? node.resolve(reading.document) : node;
  const span = rangeOf(node) ?? reading.at;
  const place = placeOf(reading.source, span);
  if (isMap(target)) return { kind: "map", place, entries: locatedEntries(target, reading) };
  if (isSeq(target)) {
    return { kind: "list", place, items: target.items.map((item) => locate(item, { ...reading, at: span })) };
  }
  if (!isScalar(target) || target.value === null || target.value === undefined) {
    return { kind: "scalar", place, text: undefined, isBare: true };
  }
  const isBare = typeof target.value !== "string";
  return {
    kind: "scalar",
    place,
    text: typeof target.value === "string" ? target.value : (target.source ?? JSON.stringify(target.value)),
    isBare,
  };
}

function locatedEntries(
  map: { readonly items: readonly { key: unknown; value: unknown }[] },
  reading: NodeReading,
): readonly LocatedEntry[] {
  const entries = new Map<string, LocatedEntry>();
  for (const { key, value } of map.items) {
    if (!isMergeKey(key)) continue;
    for (const merged of mapsOfMergeKey(value, reading)) {
      for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    }
  }
  for (const { key, value } of map.items) {
    if (isMergeKey(key)) continue;
    const at = rangeOf(key) ?? reading.at;
    const name = textOfKey(key);
    entries.set(name, {
      key: name,
      place: placeOf(reading.source, at),
      value: locate(value, { ...reading, at }),
    });
  }
  return [...entries.values()];
}

function mapsOfMergeKey(value: unknown, reading: NodeReading): readonly (readonly LocatedEntry[])[] {
  const target = isAlias(value) ? value.resolve(reading.document) : value;
  if (isMap(target)) return [locatedEntries(target, reading)];
  return isSeq(target) ? target.items.flatMap((item) => mapsOfMergeKey(item, reading)) : [];
}

function rangeOf(node: unknown): Span | undefined {
  const { range } = (node ?? {}) as Partial<Node>;
  return range === null || range === undefined ? undefined : spanOfRange({ range });
}

function textOfKey(key: unknown): string {
  if (!isScalar(key)) return String(key);
  return typeof key.value === "string" ? key.value : (key.source ?? "");
}
