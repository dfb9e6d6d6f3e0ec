/** The replicas of an entry: their number, or in the part of a host the numbers of those that are there. */
export type Replicas = number | readonly number[] | undefined;

/** Returns the number of each of an entry's agents, from 1; undefined for the one of an entry without `replicas`. */
export function replicaNumbers(replicas: Replicas): readonly (number | undefined)[] {
  if (replicas === undefined) return [undefined];
  return typeof replicas === "number" ? Array.from({ length: replicas }, (_, index) => index + 1) : replicas;
}

/** Returns the names of an entry's agents: itself, or NAME-1 … NAME-N if it has `replicas`. */
export function replicaNames(name: string, replicas: Replicas): readonly string[] {
  return replicaNumbers(replicas).map((number) => (number === undefined ? name : `${name}-${number}`));
}

/** Returns the names of the agents of each entry. */
export function instancesByEntry(
  entries: Readonly<Record<string, { readonly replicas?: Replicas }>>,
): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(entries).map(([name, entry]) => [name, replicaNames(name, entry.replicas)]));
}

/** Returns the name of the entry of each agent. */
export function entryByInstance(
  entries: Readonly<Record<string, { readonly replicas?: Replicas }>>,
): ReadonlyMap<string, string> {
  return new Map(
    [...instancesByEntry(entries)].flatMap(([name, instances]) =>
      instances.map((instance) => [instance, name] as const),
    ),
  );
}

/** Returns the entry with this name, or with an agent of this name; undefined without one. */
export function findEntry<Entry extends { readonly replicas?: Replicas }>(
  entries: Readonly<Record<string, Entry>>,
  name: string,
): readonly [name: string, entry: Entry] | undefined {
  return Object.entries(entries).find(
    ([entry, { replicas }]) => entry === name || replicaNames(entry, replicas).includes(name),
  );
}

/** An agent of an entry, with its possible names from before the entry was renamed. */
export interface FormerNames {
  readonly agent: string;
  /** Its number, from 1; undefined without `replicas`. */
  readonly replica: number | undefined;
  readonly former: readonly string[];
}

/**
 * Returns the former names of each agent of an entry, by the entry's `formerly`. With replicas, NAME-i was
 * OLD-i, and NAME-1 may also have been OLD itself, from before there were replicas.
 */
export function formerNames(
  name: string,
  replicas: Replicas,
  formerly: string | readonly string[] | undefined,
): readonly FormerNames[] {
  const bases = typeof formerly === "string" ? [formerly] : (formerly ?? []);
  return replicaNumbers(replicas).map((replica) => {
    const agent = replica === undefined ? name : `${name}-${replica}`;
    const numbered = replica === undefined ? [] : bases.map((base) => `${base}-${replica}`);
    const own = replica === undefined || replica === 1 ? bases : [];
    const former = [...new Set([...own, ...numbered])].filter((each) => each !== agent);
    return { agent, replica, former };
  });
}
