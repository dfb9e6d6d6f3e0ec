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
import type { LocatedProblem, Span } from "./located-problem.ts";

type Anchored = Scalar | YAMLMap | YAMLSeq;

/** The most values that a file may have once its aliases are written out: 500 agents that share 100 variables have 50,000. */
const maxValues = 200_000;

/**
 * What keeps a document's aliases from being written out: there is no end to it, or too much of it ("billion laughs").
 * Also saves the library from looking through the whole document for the anchor of each alias, once for each of its uses.
 */
export function expansionProblem(document: Document): LocatedProblem | undefined {
  const anchors = new Map<string, Anchored>();
  /** How many values each anchored node has; those that are being counted have none yet. */
  const sizes = new Map<Anchored, number>();
  let finding: LocatedProblem | undefined;
  let lastAlias: Alias | undefined;

  function sizeOf(node: unknown): number {
    if (finding !== undefined) return 0;
    if (isPair(node)) return sizeOf(node.key) + sizeOf(node.value);
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
      size += sizeOf(item);
      if (size > maxValues) finding ??= { ...tooMuch(), span: spanOf(lastAlias ?? node) };
    }
    if (anchor !== undefined) sizes.set(node, size);
    return size;
  }

  function sizeOfAlias(alias: Alias): number {
    const target = anchors.get(alias.source);
    if (target === undefined) return 1; // told of by itself
    lastAlias = alias;
    const size = sizes.get(target);
    if (size === undefined) finding ??= { ...endless(alias.source), span: spanOf(alias) };
    resolveQuickly(alias, target);
    return size ?? 0;
  }

  sizeOf(document.contents);
  return finding;
}

/** The library's own way is needed once for each anchor, to make its value. */
function resolveQuickly(alias: Alias, target: Anchored): void {
  const slowly = alias.resolve.bind(alias);
  alias.resolve = (document, context) =>
    context === undefined || context.anchors.has(target) ? target : slowly(document, context);
}

/** A function, for to load what writes numbers the English way takes as long as to parse 100 agents. */
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
    summary: `alias *${name} stands within what it repeats`,
    detail: `The anchor &${name} is on a map or a list that holds the alias.`,
    hint: "write out what is meant",
  };
}

function spanOf({ range }: Alias | Anchored): Span {
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}
