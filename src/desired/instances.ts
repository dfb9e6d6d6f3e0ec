import { formerNames } from "../config/schema/replicas.ts";
import { inNaturalOrder } from "../text/natural-order.ts";
import type { AgentConfig, FleetConfig } from "../config/types.ts";
import { entryFillers, withAllEnvFiles } from "./fill-entry.ts";

/** One running agent: an entry of fleet.yaml, or one replica of it. */
export interface Instance {
  readonly name: string;
  /** Has the envFiles of `defaults` as well. All placeholders are filled in, also those of `defaults` and of its runtime. */
  readonly entry: AgentConfig;
  /** 1-based; undefined for an entry without `replicas`. */
  readonly replica: number | undefined;
  readonly formerly: readonly string[];
}

/** Returns all declared agents of a configuration, in natural order of their names. */
export function instancesOf(config: FleetConfig): readonly Instance[] {
  const fillerOf = entryFillers(config);
  const instances = Object.entries(config.agents).flatMap(([name, written]) => {
    const entry = withAllEnvFiles(written, config);
    const fill = fillerOf(entry);
    return formerNames(name, entry.replicas, entry.formerly).map(({ agent, former, replica }) => {
      return {
        name: agent,
        entry: fill === undefined ? entry : fill({ name: agent, replica }),
        formerly: former,
        replica,
      };
    });
  });
  return inNaturalOrder(instances, ({ name }) => name);
}

/**
 * Returns the entries of all agents, as an instance has them: one for all replicas, except if placeholders make each
 * different.
 */
export function entriesOf(config: FleetConfig): readonly AgentConfig[] {
  const fillerOf = entryFillers(config);
  return Object.entries(config.agents).flatMap(([name, written]) => {
    const entry = withAllEnvFiles(written, config);
    const fill = fillerOf(entry);
    if (fill === undefined) return [entry];
    return formerNames(name, entry.replicas, undefined).map(({ agent, replica }) =>
      fill({ name: agent, replica }),
    );
  });
}
