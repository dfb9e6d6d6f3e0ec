import { replicaNames } from "../../config/schema/replicas.ts";
import type { FleetConfig } from "../../config/types.ts";

/** An agent in `dependsOn` of another one. */
export interface OrderedAgent {
  readonly name: string;
  /**
   * True if the dependency is to run. Otherwise it only orders, because Wants= would start an agent declared
   * as stopped, or one that has a schedule.
   */
  readonly runs: boolean;
}

/**
 * Returns a function from a target of `dependsOn` to its agents: all replicas of an entry, or one agent. Looks
 * through the entries once, and only if there is a target: in a fleet of thousands, each agent may have one.
 */
export function dependencyFinder({
  agents,
  defaults,
}: FleetConfig): (target: string) => readonly OrderedAgent[] {
  let known: ReadonlyMap<string, readonly OrderedAgent[]> | undefined;
  return (target) => (known ??= dependenciesByName()).get(target) ?? [];

  function dependenciesByName(): ReadonlyMap<string, readonly OrderedAgent[]> {
    const byName = new Map<string, readonly OrderedAgent[]>();
    const addName = (name: string, found: readonly OrderedAgent[]): void => {
      if (!byName.has(name)) byName.set(name, found);
    };
    for (const [name, entry] of Object.entries(agents)) {
      const usual = entry.service === true ? undefined : defaults.state;
      const runs = (entry.state ?? usual ?? "running") === "running" && entry.schedule === undefined;
      const all = replicaNames(name, entry.replicas).map((instance) => ({ name: instance, runs }));
      addName(name, all);
      if (entry.replicas !== undefined) for (const one of all) addName(one.name, [one]);
    }
    return byName;
  }
}
