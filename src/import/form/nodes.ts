import type { LocatedEntry, LocatedMap, LocatedNode } from "../../config/yaml/located-nodes.ts";
import type { Ledger } from "./ledger.ts";

/** Returns the entry of a key of a map. Undefined for other nodes and absent keys. */
export function entryOf(node: LocatedNode | undefined, ...keys: readonly string[]): LocatedEntry | undefined {
  if (node?.kind !== "map") return undefined;
  for (const key of keys) {
    const found = node.entries.find((entry) => entry.key === key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the value of the first of these keys that has one; a null counts as absent. */
export function firstValue(
  node: LocatedNode | undefined,
  ...keys: readonly string[]
): LocatedNode | undefined {
  for (const key of keys) {
    const value = entryOf(node, key)?.value;
    if (value !== undefined && !isNull(value)) return value;
  }
  return undefined;
}

/** Returns true for null and an absent value. */
export function isNull(node: LocatedNode | undefined): boolean {
  return node === undefined || (node.kind === "scalar" && node.text === undefined);
}

/** Returns the text of a scalar; undefined for null, maps and lists. */
export function nodeText(node: LocatedNode | undefined): string | undefined {
  return node?.kind === "scalar" ? node.text : undefined;
}

/** Returns the text of a key. */
export function textAt(node: LocatedNode | undefined, ...keys: readonly string[]): string | undefined {
  return nodeText(firstValue(node, ...keys));
}

/** Returns the items of a list, a single value as a list of one, and null as none. */
export function itemsOf(node: LocatedNode | undefined): readonly LocatedNode[] {
  if (node === undefined || isNull(node)) return [];
  return node.kind === "list" ? node.items : [node];
}

/** Returns the texts of a list of texts, or of a single one; other items are left out. */
export function nodeTexts(node: LocatedNode | undefined): readonly string[] {
  return itemsOf(node).flatMap((item) => nodeText(item) ?? []);
}

/** Returns a flag as YAML 1.1 and 1.2 and quoted ones spell it; undefined for anything else. */
export function flagOf(node: LocatedNode | undefined): boolean | undefined {
  const text = nodeText(node)?.toLowerCase();
  if (text === undefined) return undefined;
  if (["true", "yes", "on", "y", "1"].includes(text)) return true;
  return ["false", "no", "off", "n", "0"].includes(text) ? false : undefined;
}

/** Returns a number of at least 0; undefined for anything else. */
export function numberOf(node: LocatedNode | undefined): number | undefined {
  const text = nodeText(node);
  return text !== undefined && /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Tells of each key of a map that is not in `known`: it becomes a comment. */
export function loseOthers(map: LocatedMap, known: ReadonlySet<string>, ledger: Ledger, within = ""): void {
  for (const entry of map.entries) {
    if (!known.has(entry.key)) ledger.lose("unknown-key", entry, within + entry.key);
  }
}

/** Returns a set of words. */
export function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/).filter(Boolean));
}
