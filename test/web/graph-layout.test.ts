import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutGraph } from "../../web/src/views/graph-layout.ts";

const nodeOf = (name: string) => ({ name, entry: name, agents: [name], states: null });
/** Graphs without circles: an edge leads from a later to an earlier node. */
const graphs = fc.nat(12).chain((count) =>
  fc.array(fc.tuple(fc.nat(count), fc.nat(count)), { maxLength: 30 }).map((pairs) => ({
    nodes: Array.from({ length: count + 1 }, (_, at) => nodeOf(`n${at}`)),
    edges: pairs.flatMap(([a, b]) =>
      a === b ? [] : [{ agent: `n${Math.max(a, b)}`, after: `n${Math.min(a, b)}` }],
    ),
  })),
);

describe("the drawing of a graph", () => {
  it("has each node once, no two in one place, and all edges to the right", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { alone, columns, edges, placed, rows } = layoutGraph(graph);
        expect([...placed.map(({ node }) => node.name), ...alone.map(({ name }) => name)].toSorted()).toEqual(
          graph.nodes.map(({ name }) => name).toSorted(),
        );
        expect(new Set(placed.map(({ column, row }) => `${column} ${row}`)).size).toBe(placed.length);
        const columnOf = new Map(placed.map(({ column, node }) => [node.name, column]));
        expect(edges).toEqual(graph.edges);
        for (const { after, agent } of edges)
          expect(columnOf.get(after)).toBeLessThan(columnOf.get(agent) ?? -1);
        for (const { column, row } of placed) expect([column < columns, row < rows]).toEqual([true, true]);
      }),
    );
  });

  it("ends for a circle", () => {
    const nodes = ["a", "b"].map(nodeOf);
    const edges = [
      { agent: "a", after: "b" },
      { agent: "b", after: "a" },
    ];
    expect(layoutGraph({ nodes, edges }).placed).toHaveLength(2);
  });
});
