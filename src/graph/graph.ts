import type { FleetConfig } from "../config/types.ts";
import type { AgentState } from "../plan/explain/status.ts";
import { instancesByEntry } from "../config/schema/replicas.ts";

/** The agents of a fleet and their order of start. */
export interface Graph {
  readonly fleet: string;
  readonly socket: string;
  /** The state of the tmux server in systemd's word; undefined if it was not observed. */
  readonly server: string | undefined;
  /** Sorted as in fleet.yaml; agents without an entry are at the end. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** One agent, or some replicas of an entry. */
export interface GraphNode {
  /** The name of the agent, or the pattern `ENTRY-*`: a former single agent may still run under the name of the entry. */
  readonly name: string;
  /** The entry in fleet.yaml; undefined for an agent without one. */
  readonly entry: string | undefined;
  /** Undefined for agents. */
  readonly kind?: "service" | undefined;
  readonly agents: readonly string[];
  /** The number of agents in each state; undefined if they were not observed. */
  readonly states: ReadonlyMap<AgentState, number> | undefined;
}

/** A dependency: `agent` starts after `after`, and together with it. Both are names of nodes. */
interface GraphEdge {
  readonly agent: string;
  readonly after: string;
}

/** The observed part of a graph. */
export interface Sight {
  readonly server: string;
  readonly agents: ReadonlyMap<string, AgentState>;
  /** The services among them. */
  readonly services?: ReadonlySet<string>;
}

/** The part of a fleet to show. */
export interface GraphWish {
  /** The selected agents; undefined for all. The agents they depend on are shown too. */
  readonly only: ReadonlySet<string> | undefined;
  /** True to show each replica. */
  readonly isOpen: boolean;
}

/** Returns the graph of a fleet. Replicas of one entry are one node, unless the graph is open. Pure. */
export function graphOf(config: FleetConfig, sight: Sight | undefined, { only, isOpen }: GraphWish): Graph {
  const replicas = instancesByEntry(config.agents);
  const dependencies = dependenciesOf(config, replicas);
  const shown = only === undefined ? undefined : withDependencies(only, dependencies);
  const isShown = (agent: string): boolean => shown?.has(agent) ?? true;
  const nodeOf = new Map<string, string>();
  const nodes: GraphNode[] = [];
  const addNode = (name: string, entry: string | undefined, agents: readonly string[]): void => {
    for (const agent of agents) nodeOf.set(agent, name);
    const isService =
      entry === undefined
        ? agents.some((agent) => sight?.services?.has(agent))
        : config.agents[entry]?.service === true;
    const kind = isService ? ({ kind: "service" } as const) : {};
    nodes.push({ name, entry, ...kind, agents, states: sight && statesOf(agents, sight) });
  };
  for (const [entry, all] of replicas) {
    const agents = all.filter(isShown);
    const [first] = agents;
    if (first === undefined) continue;
    if (isOpen || all.length === 1) for (const agent of agents) addNode(agent, entry, [agent]);
    else addNode(agents.length === 1 ? first : `${entry}-*`, entry, agents);
  }
  const declared = new Set([...replicas.values()].flat());
  for (const agent of sight?.agents.keys() ?? [])
    if (!declared.has(agent) && isShown(agent)) addNode(agent, undefined, [agent]);
  return {
    fleet: config.name,
    socket: config.tmux.socket,
    server: sight?.server,
    nodes,
    edges: edgesBetween(nodeOf, dependencies),
  };
}

type GraphDependencies = ReadonlyMap<string, readonly string[]>;

function dependenciesOf(
  { agents }: FleetConfig,
  replicas: ReadonlyMap<string, readonly string[]>,
): GraphDependencies {
  return new Map(
    Object.entries(agents).flatMap(([name, { dependsOn = [] }]) => {
      const targets = dependsOn.flatMap(({ target }) => replicas.get(target) ?? [target]);
      return (replicas.get(name) ?? []).map((agent) => [agent, targets] as const);
    }),
  );
}

function withDependencies(only: ReadonlySet<string>, dependencies: GraphDependencies): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...only];
  for (let agent = waiting.pop(); agent !== undefined; agent = waiting.pop()) {
    if (reached.has(agent)) continue;
    reached.add(agent);
    waiting.push(...(dependencies.get(agent) ?? []));
  }
  return reached;
}

function edgesBetween(
  nodeOf: ReadonlyMap<string, string>,
  dependencies: GraphDependencies,
): readonly GraphEdge[] {
  const seen = new Set<string>();
  const edges: GraphEdge[] = [];
  for (const [agent, targets] of dependencies) {
    const from = nodeOf.get(agent);
    for (const target of from === undefined ? [] : targets) {
      const after = nodeOf.get(target);
      // No name has a space.
      const key = `${from} ${after}`;
      if (from === undefined || after === undefined || seen.has(key)) continue;
      seen.add(key);
      edges.push({ agent: from, after });
    }
  }
  return edges;
}

function statesOf(agents: readonly string[], sight: Sight): ReadonlyMap<AgentState, number> {
  const states = new Map<AgentState, number>();
  for (const agent of agents) {
    const state = sight.agents.get(agent) ?? "missing";
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  return states;
}
