import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isSeq,
  type Alias,
  type Document,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { LocatedProblem } from "./located-problem.ts";
import { spanOfRange } from "./spans.ts";

type Anchored = Scalar | YAMLMap | YAMLSeq;

/**
 * Limit for the values of a file with its aliases expanded: 500 agents that share 100 variables have 50,000.
 */
const maxValues = 200_000;

/**
 * Returns a problem if a document's aliases cannot be expanded: endlessly, or to too many values ("billion
 * laughs"). Also saves the library from searching the whole document for the anchor of each alias, once for
 * each use.
 */
export function expansionProblem(document: Document): LocatedProblem | undefined {
  const anchors = new Map<string, Anchored>();
  /** Number of values of each anchored node, set after the node is counted. */
  const sizes = new Map<Anchored, number>();
  let finding: LocatedProblem | undefined;
  let lastAlias: Alias | undefined;

  function expandedSize(node: unknown): number {
    if (finding !== undefined) return 0;
    if (isPair(node)) return expandedSize(node.key) + expandedSize(node.value);
    if (!isNode(node)) return 0;
    if (isAlias(node)) return sizeOfAlias(node);
    return sizeOfAnchored(node);
  }

  function sizeOfAnchored(node: Anchored): number {
    const { anchor } = node;
    if (anchor !== undefined) anchors.set(anchor, node);
    let size = 1;
    const items: readonly unknown[] = isMap(node) || isSeq(node) ? node.items : [];
    for (const item of items) {
      size += expandedSize(item);
      if (size > maxValues) finding ??= { ...tooMuch(), span: spanOfRange(lastAlias ?? node) };
    }
    if (anchor !== undefined) sizes.set(node, size);
    return size;
  }

  function sizeOfAlias(alias: Alias): number {
    const target = anchors.get(alias.source);
    if (target === undefined) {
      // It has a problem of its own. The library would search the whole document for its anchor, at each use.
      alias.resolve = toNothing;
      return 1;
    }
    lastAlias = alias;
    const size = sizes.get(target);
    if (size === undefined) finding ??= { ...endless(alias.source), span: spanOfRange(alias) };
    resolveQuickly(alias, target);
    return size ?? 0;
  }

  expandedSize(document.contents);
  return finding;
}

/** Resolves an alias without an anchor. One function for all of them, because a text may have a hundred thousand. */
function toNothing(): undefined {
  return undefined;
}

/** Resolves an alias. Uses the library's own, slower way once for each anchor, to make its value. */
function resolveQuickly(alias: Alias, target: Anchored): void {
  const slowly = alias.resolve.bind(alias);
  alias.resolve = (document, context) =>
    context === undefined || context.anchors.has(target) ? target : slowly(document, context);
}

/**
 * Returns the problem of too many values. Lazy: loading Intl number formatting takes as long as parsing 100
 * agents.
 */
function tooMuch(): Omit<LocatedProblem, "span"> {
  const most = maxValues.toLocaleString("en");
  return {
    code: "yaml-syntax",
    summary: "too many aliases",
    detail: `With all aliases and merge keys written out, the file has more than ${most} values.`,
    hint: "share less between agents, or put it into defaults",
  };
}

function endless(name: string): Omit<LocatedProblem, "span"> {
  return {
    code: "yaml-syntax",
    summary: `alias *${name} refers to itself`,
    detail: `The anchor &${name} is on a map or a list that holds the alias.`,
    hint: "write the values out instead",
  };
}
