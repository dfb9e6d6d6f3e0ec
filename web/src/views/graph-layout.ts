import type { GraphJson, GraphNodeJson } from "../../../src/report/graph/graph-output.ts";

/** A node of the drawing, in units of a row and a column. */
export interface PlacedNode {
  readonly node: GraphNodeJson;
  readonly column: number;
  readonly row: number;
}

/** The places of a graph: agents with an order in columns, and those without one apart. */
export interface GraphLayout {
  readonly placed: readonly PlacedNode[];
  readonly edges: GraphJson["edges"];
  readonly columns: number;
  readonly rows: number;
  readonly alone: readonly GraphNodeJson[];
}

/**
 * Returns the places of agents by their longest way from an agent without dependencies, so every line leads to the right.
 * Inside of a column, agents are near those that they wait for. An edge of a circle, which fleet.yaml refuses, counts as
 * none. Pure.
 */
export function layoutGraph({ edges, nodes }: Pick<GraphJson, "edges" | "nodes">): GraphLayout {
  const tied = new Set(edges.flatMap(({ after, agent }) => [after, agent]));
  const ordered = nodes.filter(({ name }) => tied.has(name));
  const before = new Map<string, readonly string[]>(ordered.map(({ name }) => [name, []]));
  for (const { after, agent } of edges) before.set(agent, [...(before.get(agent) ?? []), after]);
  const depths = new Map<string, number>();
  const depthOf = (name: string, above: ReadonlySet<string>): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const inside = new Set([...above, name]);
    const depth = Math.max(
      0,
      ...(before.get(name) ?? [])
        .filter((each) => !inside.has(each))
        .map((each) => depthOf(each, inside) + 1),
    );
    depths.set(name, depth);
    return depth;
  };
  for (const { name } of ordered) depthOf(name, new Set());
  const columns = Math.max(0, ...[...depths.values()].map((depth) => depth + 1));
  const rowOf = new Map<string, number>();
  const placed: PlacedNode[] = [];
  for (let column = 0; column < columns; column += 1) {
    const own = ordered.filter(({ name }) => depths.get(name) === column);
    const middle = ({ name }: { readonly name: string }): number => {
      const rows = (before.get(name) ?? []).flatMap((each) => rowOf.get(each) ?? []);
      return rows.length === 0 ? 0 : rows.reduce((sum, row) => sum + row, 0) / rows.length;
    };
    for (const [row, node] of own.toSorted((a, b) => middle(a) - middle(b)).entries()) {
      rowOf.set(node.name, row);
      placed.push({ node, column, row });
    }
  }
  return {
    placed,
    edges: edges.filter(({ after, agent }) => (depths.get(after) ?? 0) < (depths.get(agent) ?? 0)),
    columns,
    rows: Math.max(0, ...placed.map(({ row }) => row + 1)),
    alone: nodes.filter(({ name }) => !tied.has(name)),
  };
}
