import { formerNames } from "../config/schema/replicas.ts";
import { inNaturalOrder } from "../text/natural-order.ts";
import type { AgentConfig, FleetConfig } from "../config/types.ts";

/** One running agent: an entry of fleet.yaml, or one replica of it. */
export interface Instance {
  readonly name: string;
  readonly entry: AgentConfig;
  /** 1-based; undefined for an entry without `replicas`. */
  readonly replica: number | undefined;
  readonly formerly: readonly string[];
}

/** Returns all declared agents of a configuration, in natural order of their names. */
export function instancesOf(config: FleetConfig): readonly Instance[] {
  const instances = Object.entries(config.agents).flatMap(([name, entry]) =>
    formerNames(name, entry.replicas, entry.formerly).map(({ agent, former }, index) => ({
      name: agent,
      entry,
      formerly: former,
      replica: entry.replicas === undefined ? undefined : index + 1,
    })),
  );
  return inNaturalOrder(instances, ({ name }) => name);
}
