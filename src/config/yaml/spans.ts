import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Document,
  type Pair,
  type Range,
  type Scalar,
  type YAMLMap,
} from "yaml";
import type { Span } from "./located-problem.ts";
import type { Path, Problem } from "../problem.ts";

interface NodeEntry {
  readonly key?: unknown;
  readonly value: unknown;
}

/** Returns the part of the text with a problem; if nothing of it exists, the nearest thing around it. */
export function spanOf(document: Document, { path, on }: Pick<Problem, "path" | "on">): Span {
  const { key, value } = nodeEntryAt(document, path);
  const keySpan = spanOfNode(key);
  const valueSpan = isShowable(value) ? spanOfNode(value) : undefined;
  return (
    (on === "key" ? (keySpan ?? valueSpan) : (valueSpan ?? keySpan)) ??
    spanOfNode(value) ??
    (isNode(key) ? spanOfRange(key) : { start: 0, end: 0 })
  );
}

/** Returns the node at a path, or the deepest one on the way to it; undefined for the whole file. */
export function nodeAt(document: Document, path: Path): unknown {
  return nodeEntryAt(document, path).value;
}

/**
 * Returns false for maps and lists in block style: they begin with their first entry, but the problem is
 * about the whole.
 */
function isShowable(value: unknown): boolean {
  return !isCollection(value) || value.flow === true;
}

/** Returns the part of the text a node takes. */
export function spanOfRange({ range }: { readonly range?: Range | null | undefined }): Span {
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}

function spanOfNode(node: unknown): Span | undefined {
  const range = isNode(node) ? node.range : undefined;
  if (range === undefined || range === null || range[0] === range[1]) return undefined;
  return { start: range[0], end: range[1] };
}

/** Returns the entry at a path, or the deepest one on the way to it. Follows aliases and merge keys. */
function nodeEntryAt(document: Document, path: Path): NodeEntry {
  let entry: NodeEntry = { value: document.contents };
  for (const part of path) {
    const next = childOf(document, resolved(document, entry.value), part);
    if (next === undefined) return entry;
    entry = next;
  }
  // The root has no key, and its first line says more than the whole file.
  return path.length === 0 ? { value: undefined } : entry;
}

function childOf(document: Document, node: unknown, part: string | number): NodeEntry | undefined {
  if (isSeq(node) && typeof part === "number")
    return part < node.items.length ? { value: node.items[part] } : undefined;
  return isMap(node) ? pairOf(document, node, String(part)) : undefined;
}

/**
 * Returns the effective pair of a key: the last of duplicate keys, and a map's own key before a merged one.
 */
function pairOf(document: Document, map: YAMLMap, key: string): Pair | undefined {
  const { byName, unnamed, merges } = indexOf(map);
  const own = byName.get(key) ?? (/^[[{]/.test(key) ? unnamed : undefined);
  if (own !== undefined) return own;
  for (const pair of merges) {
    const source = resolved(document, pair.value);
    for (const item of isSeq(source) ? source.items : [source]) {
      const merged = resolved(document, item);
      const found = isMap(merged) ? pairOf(document, merged, key) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The pairs of a map by their keys. */
interface PairIndex {
  /** The number of pairs in the map. */
  readonly count: number;
  /** The last pair of each key. */
  readonly byName: ReadonlyMap<string, Pair>;
  /** The first pair with a map or a list as its key. */
  readonly unnamed: Pair | undefined;
  readonly merges: readonly Pair[];
}

const indexes = new WeakMap<YAMLMap, PairIndex>();

/** Returns the pairs of a map by their keys. Makes it once, because each of ten thousand agents may have an error. */
function indexOf(map: YAMLMap): PairIndex {
  const known = indexes.get(map);
  if (known?.count === map.items.length) return known;
  const index: PairIndex = {
    count: map.items.length,
    byName: new Map(
      map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])),
    ),
    unnamed: map.items.find(({ key }) => isCollection(key)),
    merges: map.items.filter(({ key }) => isMergeKey(key)),
  };
  indexes.set(map, index);
  return index;
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/**
 * Returns true for a plain `<<`, which takes over the entries of other maps (YAML 1.1,
 * https://yaml.org/type/merge.html).
 */
export function isMergeKey(key: unknown): key is Scalar {
  return isScalar(key) && key.value === "<<" && (key.type === undefined || key.type === "PLAIN");
}
