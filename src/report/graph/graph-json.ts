import type { Graph } from "../../graph/graph.ts";
import type { GraphJson } from "./graph-output.ts";

/** Returns a graph as its documented JSON object. */
export function graphJson({ fleet, socket, server, nodes, edges }: Graph): GraphJson {
  return {
    formatVersion: "2.0",
    fleet,
    server: { socket, active: server ?? null },
    nodes: nodes.map(({ name, entry, kind, agents, states }) => ({
      name,
      ...(kind === undefined ? {} : { kind }),
      entry: entry ?? null,
      agents,
      states: states === undefined ? null : Object.fromEntries(states),
    })),
    edges,
  };
}
