import { replicaNames } from "../../config/schema/replicas.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Instance } from "../instances.ts";

/**
 * Returns a function from a job to the agents to start once it is completed: none declared as stopped, or with a
 * schedule.
 */
export function dependentsOfJobs(
  instances: readonly Instance[],
  { agents, defaults }: FleetConfig,
): (job: string) => readonly string[] {
  const found = new Map<string, string[]>();
  for (const { name, entry } of instances) {
    const usual = entry.service === true ? undefined : defaults.state;
    if ((entry.state ?? usual) === "stopped" || entry.schedule !== undefined) continue;
    for (const { target, until } of entry.dependsOn ?? []) {
      if (until !== "completed") continue;
      for (const job of replicaNames(target, agents[target]?.replicas)) {
        const dependents = found.get(job);
        if (dependents === undefined) found.set(job, [name]);
        else dependents.push(name);
      }
    }
  }
  return (job) => found.get(job) ?? [];
}
