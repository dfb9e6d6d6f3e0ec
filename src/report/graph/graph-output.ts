import type { AgentState } from "../../plan/explain/status.ts";
import type { Problems } from "../json/shared-output.ts";

/** One agent, or some replicas of an entry. */
export interface GraphNodeJson {
  /** The name of the agent, or `ENTRY-*` for several replicas. */
  readonly name: string;
  /** The entry in fleet.yaml; null for an agent without one. */
  readonly entry: string | null;
  /** Only of services. */
  readonly kind?: "service" | undefined;
  readonly agents: readonly string[];
  /** The number of agents in each state; null if they were not observed. */
  readonly states: Readonly<Partial<Record<AgentState, number>>> | null;
}

/** The agents of a fleet, and the order of their starts. */
export interface GraphJson {
  readonly formatVersion: "2.0";
  /** The name of the fleet. */
  readonly fleet: string;
  readonly server: {
    /** The name of the tmux socket. */
    readonly socket: string;
    /** The state of the holder in systemd's word; null if it was not observed. */
    readonly active: string | null;
  };
  readonly nodes: readonly GraphNodeJson[];
  /** `agent` starts after `after`; both are names of nodes. */
  readonly edges: readonly { readonly agent: string; readonly after: string }[];
}

/**
 * The output of `fleet graph --json`; npm run schema writes graph.schema.json from it.
 * @public
 */
export type GraphDocument = GraphJson | Problems;
