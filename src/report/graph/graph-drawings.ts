import type { Graph, GraphNode } from "../../graph/graph.ts";
import { nameText, serverText, stateText, toneOf, type Tone } from "./node-text.ts";

/** Fill and border of a node. The text is black. */
const paints: Readonly<Record<Tone, readonly [string, string]>> = {
  good: ["#d5f5d8", "#2e7d32"],
  bad: ["#ffd9d6", "#c62828"],
  moving: ["#fff3c4", "#b26a00"],
  still: ["#eeeeee", "#757575"],
  unknown: ["#ffffff", "#757575"],
};

/** Returns a graph as a Mermaid flowchart, for Markdown. */
export function mermaidText(graph: Graph): string {
  const id = idsOf(graph);
  const tones = [...new Set(graph.nodes.map(toneOf))];
  const mermaidNode = (node: GraphNode): string =>
    `${id(node.name)}["${labelLines(node).map(mermaidEscaped).join("<br/>")}"]:::${toneOf(node)}`;
  const lines = [
    "flowchart LR",
    `  subgraph server["${mermaidEscaped(serverText(graph))}"]`,
    ...graph.nodes.filter(inServer).map((node) => `    ${mermaidNode(node)}`),
    "  end",
    ...graph.nodes.filter((node) => !inServer(node)).map((node) => `  ${mermaidNode(node)}`),
    ...graph.edges.map(({ agent, after }) => `  ${id(after)} --> ${id(agent)}`),
    ...tones.map((tone) => {
      const [fill, stroke] = paints[tone];
      return `  classDef ${tone} fill:${fill},stroke:${stroke},color:#000000`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns a graph in the language of Graphviz, for `dot`. */
export function dotText(graph: Graph): string {
  const id = idsOf(graph);
  const dotNode = (node: GraphNode): string => {
    const [fill, stroke] = paints[toneOf(node)];
    return `${id(node.name)} [label=${dotQuoted(labelLines(node).join("\n"))}, fillcolor="${fill}", color="${stroke}"];`;
  };
  const lines = [
    `digraph ${dotQuoted(graph.fleet)} {`,
    "  rankdir=LR;",
    '  node [shape=box, style="rounded,filled", fontname="sans-serif"];',
    "  subgraph cluster_server {",
    `    label=${dotQuoted(serverText(graph))};`,
    ...graph.nodes.filter(inServer).map((node) => `    ${dotNode(node)}`),
    "  }",
    ...graph.nodes.filter((node) => !inServer(node)).map((node) => `  ${dotNode(node)}`),
    ...graph.edges.map(({ agent, after }) => `  ${id(after)} -> ${id(agent)};`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns a function to ids without a meaning in either language: a node named `end` or `graph` has one in both. */
function idsOf({ nodes }: Graph): (name: string) => string {
  const ids = new Map(nodes.map(({ name }, index) => [name, `n${index}`]));
  return (name) => ids.get(name) ?? "n";
}

/** Returns false for a service: it needs no tmux server. */
function inServer({ kind }: GraphNode): boolean {
  return kind === undefined;
}

function labelLines(node: GraphNode): readonly string[] {
  const state = stateText(node);
  return state === "" ? [nameText(node)] : [nameText(node), state];
}

/** Returns a text between quotes of Mermaid, which knows entities and no escapes, and reads some HTML and Markdown. */
function mermaidEscaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:()/+-]/gu, (character) => `#${character.codePointAt(0)};`);
}

function dotQuoted(text: string): string {
  return `"${text.replace(/[\\"]/g, String.raw`\$&`).replace(/\n/g, String.raw`\n`)}"`;
}
