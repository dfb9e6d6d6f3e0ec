import { fillPlaceholders, hasPlaceholder, type PlaceholderValues } from "./placeholders.ts";
import { replicaNumbers } from "../schema/replicas.ts";
import type { AgentConfig, AgentDefaults, FleetConfig } from "../types.ts";

type WithEnvFiles = Pick<AgentDefaults, "envFiles">;

/** Returns the envFiles of an entry as they are written: those of `defaults` first, because later ones win. */
export function writtenEnvFiles(
  defaults: WithEnvFiles,
  entry: WithEnvFiles & Pick<AgentConfig, "service">,
): readonly string[] {
  if (entry.service === true) return entry.envFiles ?? [];
  return [...(defaults.envFiles ?? []), ...(entry.envFiles ?? [])];
}

/** Returns the envFiles of all agents, each once, with their placeholders filled in. Pure. */
export function namedEnvFiles({ defaults, agents }: FleetConfig): ReadonlySet<string> {
  const named = new Set<string>();
  for (const [name, entry] of Object.entries(agents)) {
    const written = writtenEnvFiles(defaults, entry);
    const valuesOfAll = written.some(hasPlaceholder)
      ? placeholderValues(name, entry)
      : [{ name, replica: undefined }];
    for (const values of valuesOfAll) for (const path of written) named.add(fillPlaceholders(path, values));
  }
  return named;
}

function placeholderValues(name: string, { replicas }: AgentConfig): readonly PlaceholderValues[] {
  return replicaNumbers(replicas).map((replica) => ({
    name: replica === undefined ? name : `${name}-${replica}`,
    replica,
  }));
}
