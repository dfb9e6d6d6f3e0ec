/** Returns the names of an entry's agents: itself, or NAME-1 … NAME-N if it has `replicas`. */
export function replicaNames(name: string, replicas: number | undefined): readonly string[] {
  if (replicas === undefined) return [name];
  return Array.from({ length: replicas }, (_, index) => `${name}-${index + 1}`);
}

/** An agent of an entry, with its possible names from before the entry was renamed. */
export interface FormerNames {
  readonly agent: string;
  readonly former: readonly string[];
}

/**
 * Returns the former names of each agent of an entry, by the entry's `formerly`. With replicas, NAME-i was
 * OLD-i, and NAME-1 may also have been OLD itself, from before there were replicas.
 */
export function formerNames(
  name: string,
  replicas: number | undefined,
  formerly: string | readonly string[] | undefined,
): readonly FormerNames[] {
  const bases = typeof formerly === "string" ? [formerly] : (formerly ?? []);
  return replicaNames(name, replicas).map((agent, index) => {
    const numbered = replicas === undefined ? [] : bases.map((base) => `${base}-${index + 1}`);
    const own = index === 0 ? bases : [];
    return { agent, former: [...new Set([...own, ...numbered])].filter((former) => former !== agent) };
  });
}
