import { replicaNames } from "../config/replicas.ts";
import { inNaturalOrder } from "./natural-order.ts";
import type { AgentConfig, FleetConfig } from "../config/types.ts";

/** One agent that runs: an entry of fleet.yaml, or one replica of it. */
export interface Instance {
  readonly name: string;
  readonly entry: AgentConfig;
  /** 1-based; undefined for an entry without `replicas`. */
  readonly replica: number | undefined;
}

/** Names of the agents that an entry stands for. */
export function instanceNames(name: string, { replicas }: AgentConfig): readonly string[] {
  return replicaNames(name, replicas);
}

/** Every agent that a configuration declares, in natural order of their names. */
export function instancesOf(config: FleetConfig): readonly Instance[] {
  const instances = Object.entries(config.agents).flatMap(([name, entry]) =>
    instanceNames(name, entry).map((instance, index) => ({
      name: instance,
      entry,
      replica: entry.replicas === undefined ? undefined : index + 1,
    })),
  );
  return inNaturalOrder(instances, ({ name }) => name);
}
