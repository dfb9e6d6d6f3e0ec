import { describe, expect, it } from "vitest";
import { graphOf, type Graph, type GraphWish } from "../../../src/graph/graph.ts";
import { parseFleet } from "../../../src/config/parse.ts";
import type { AgentState } from "../../../src/plan/explain/status.ts";
import { dotText, mermaidText } from "../../../src/report/graph/graph-drawings.ts";
import { graphText } from "../../../src/report/graph/graph-text.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const text = `version: 1
defaults: { command: x }
agents:
  end: {}
  reviewer: { dependsOn: [end] }
  coder: { replicas: 200, dependsOn: [end, reviewer] }
  last: { dependsOn: [coder-2] }
`.replace("defaults: { command: x }\n", "runtimes: { x: { command: x } }\ndefaults: { runtime: x }\n");

function graph(
  states: Readonly<Record<string, AgentState>> | undefined,
  wish: Partial<GraphWish> = {},
): Graph {
  const parsed = parseFleet(text, "fleet.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  const sight = states && { server: "active", agents: new Map(Object.entries(states)) };
  return graphOf(parsed.value, sight, { only: undefined, isOpen: false, ...wish });
}
const plain = (shown: Graph, width = Infinity) => graphText(shown, createColors(false), width);
const all: Record<string, AgentState> = {
  ...Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [`coder-${at + 1}`, at < 198 ? "running" : "failed"]),
  ),
  end: "running",
  reviewer: "stopped",
  last: "missing",
  coder: "unmanaged",
};

describe("The graph of a fleet", () => {
  it("is a tree in which each agent is once, replicas together", () => {
    expect(plain(graph(all))).toEqual([
      "mosaic: tmux server mosaic-factory: active",
      "├─ end  running",
      "│  └─ reviewer  stopped",
      "│     └─ coder-* (200)  198 running, 2 failed  also after end",
      "│        └─ last  missing",
      "└─ coder  unmanaged, not in fleet.yaml",
    ]);
  });

  it("knows no states without an observation", () => {
    expect(plain(graph(undefined))[1]).toBe("└─ end");
  });

  it("fits a narrow terminal", () => {
    const lines = plain(graph(all), 40);
    expect(lines.slice(1).filter((line) => line.length > 40)).toEqual([]);
  });

  it("opens the replicas on request", () => {
    const { nodes, edges } = graph(all, { isOpen: true });
    expect(nodes).toHaveLength(204);
    expect(edges.filter(({ agent }) => agent === "last")).toEqual([{ agent: "last", after: "coder-2" }]);
    expect(edges.filter(({ after }) => after === "end")).toHaveLength(201);
  });

  it("shows selected agents with everything that they depend on", () => {
    const shown = graph(all, { only: new Set(["last"]) });
    expect(shown.nodes.map(({ name }) => name)).toEqual(["end", "reviewer", "coder-2", "last"]);
  });
});

/** A line of a flowchart, by the grammar of Mermaid: quoted texts have no quote, and ids are no keywords. */
const mermaidLine = new RegExp(
  [
    "^flowchart LR$",
    '^ {2}subgraph server\\["[^"<>]*"\\]$',
    '^ {4}n\\d+\\["(?:[^"<>]|<br/>)*"\\]:::(?:good|bad|moving|still|unknown)$',
    "^ {2}end$",
    "^ {2}n\\d+ --> n\\d+$",
    "^ {2}classDef (?:good|bad|moving|still|unknown) fill:#[\\da-f]{6},stroke:#[\\da-f]{6},color:#[\\da-f]{6}$",
  ].join("|"),
);

describe("A drawing of a fleet", () => {
  it("has ids without a meaning, although an agent is named end", () => {
    const shown = graph(all);
    expect(mermaidText(shown)).toContain('n0["end<br/>running"]:::good');
    expect(dotText(shown)).toContain(String.raw`n0 [label="end\nrunning"`);
  });

  it("draws an arrow from each agent to those that start after it", () => {
    const arrows = ["n0 --> n1", "n0 --> n2", "n1 --> n2", "n2 --> n3"];
    expect(mermaidText(graph(all)).match(/n\d --> n\d/g)).toEqual(arrows);
    expect(dotText(graph(all)).match(/n\d -> n\d/g)).toEqual(arrows.map((each) => each.replace("--", "-")));
  });

  it("escapes every character that has a meaning, in any name", () => {
    const odd = 'a"b\\c`<script>;#%{x}[y]|\n&é';
    const node = { name: odd, entry: "x", agents: [odd], states: undefined };
    const shown: Graph = { fleet: odd, socket: odd, server: undefined, nodes: [node], edges: [] };
    const lines = mermaidText(shown).trimEnd().split("\n");
    expect(lines.filter((line) => !mermaidLine.test(line))).toEqual([]);
    expect(mermaidText(shown)).toContain("a#34;b#92;c#96;#60;script#62;#59;#35;#37;#123;x");
    expect(dotText(shown)).toContain(String.raw`digraph "a\"b\\c`);
    for (const [line] of mermaidText(graph(all)).matchAll(/.+/g)) expect(line).toMatch(mermaidLine);
  });
});
