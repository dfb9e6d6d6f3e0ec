import type { Graph, GraphNode } from "../../graph/graph.ts";
import type { Colors } from "../terminal/colors.ts";
import { noAgentsText } from "../phrases.ts";
import { fold } from "../terminal/fit/fold.ts";
import { nameText, serverText, stateText, toneOf } from "./node-text.ts";

/**
 * Returns a graph as a tree for a terminal. Each node is there once, below the last of its dependencies in the order of
 * starts, and names the others.
 */
export function graphText(graph: Graph, colors: Colors, width: number): readonly string[] {
  const after = new Map<string, string[]>();
  for (const edge of graph.edges) after.set(edge.agent, [...(after.get(edge.agent) ?? []), edge.after]);
  const depths = depthsOf(after);
  const children = new Map<string | undefined, GraphNode[]>();
  const others = new Map<string, readonly string[]>();
  for (const node of graph.nodes) {
    const [parent, ...more] = [...(after.get(node.name) ?? [])].sort((one, two) => depths(two) - depths(one));
    children.set(parent, [...(children.get(parent) ?? []), node]);
    others.set(node.name, more);
  }
  const paint = {
    good: colors.green,
    bad: colors.red,
    moving: colors.yellow,
    still: colors.dim,
    unknown: colors.dim,
  };
  const lines = [`${colors.bold(graph.fleet)}: ${serverText(graph)}`];
  const drawBelow = (parent: string | undefined, indent: string): void => {
    const own = children.get(parent) ?? [];
    for (const [index, node] of own.entries()) {
      const isLast = index === own.length - 1;
      const state = stateText(node);
      const more = others.get(node.name) ?? [];
      const also = more.length === 0 ? "" : colors.dim(`  also after ${more.join(", ")}`);
      const words = `${nameText(node)}${state === "" ? "" : `  ${paint[toneOf(node)](state)}`}${also}`;
      const rest = `${indent}${isLast ? "   " : "│  "}`;
      const [first = "", ...folded] = fold(words, Math.max(20, width - rest.length));
      lines.push(`${indent}${isLast ? "└─ " : "├─ "}${first}`, ...folded.map((line) => `${rest}   ${line}`));
      drawBelow(node.name, rest);
    }
  };
  drawBelow(undefined, "");
  return graph.nodes.length === 0 ? [...lines, noAgentsText] : lines;
}

/** Returns the length of the longest way from an agent without dependencies. fleet.yaml has no circles. */
function depthsOf(after: ReadonlyMap<string, readonly string[]>): (name: string) => number {
  const known = new Map<string, number>();
  const depth = (name: string): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const deepest = 1 + Math.max(-1, ...(after.get(name) ?? []).map(depth));
    known.set(name, deepest);
    return deepest;
  };
  return depth;
}
