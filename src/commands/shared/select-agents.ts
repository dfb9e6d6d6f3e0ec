import { suggest } from "../../text/suggest.ts";
import type { FleetConfig } from "../../config/types.ts";
import { replicaNames } from "../../config/schema/replicas.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { ownedNames } from "../../plan/view/agent-view.ts";
import type { Survey } from "../../observed/survey.ts";

/**
 * Returns the agents for names on a command line: declared entries (all their replicas), single replicas, or
 * agents of the fleet that are no longer declared. Undefined without a name: then all are meant.
 */
export function selectAgents(
  names: readonly string[],
  { config, desired, observed }: Survey,
): Result<ReadonlySet<string> | undefined> {
  if (names.length === 0) return ok(undefined);
  const known = new Map<string, readonly string[]>(
    [...desired.agents.map(({ name }) => name), ...ownedNames(observed, desired.layout)].map((name) => [
      name,
      [name],
    ]),
  );
  // With new replicas, the former agent may still run under the name of its entry.
  for (const [name, instances] of entries(config))
    known.set(name, [...instances, ...(known.get(name) ?? [])]);
  const selected = new Set<string>();
  for (const name of names) {
    const instances = known.get(name);
    if (instances === undefined) return unknown(name, known);
    for (const instance of instances) selected.add(instance);
  }
  return ok(selected);
}

/** Returns the names that are declared, or still on the machine. */
export function selectPresent(
  names: readonly string[],
  { desired, observed }: Survey,
): Result<ReadonlySet<string>> {
  const declared = new Set(desired.agents.map(({ name }) => name));
  const owned = new Set(ownedNames(observed, desired.layout));
  return ok(new Set(names.filter((name) => declared.has(name) || owned.has(name))));
}

function entries({ agents }: FleetConfig): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(agents).map(([name, entry]) => [name, replicaNames(name, entry.replicas)] as const);
}

function unknown<T>(name: string, known: ReadonlyMap<string, readonly string[]>): Result<T> {
  return fail("unknown-agent", `there is no agent "${name}"`, { hint: hintFor(name, known) });
}

/** Limit for the names in a hint. */
const fewNames = 12;

function hintFor(name: string, known: ReadonlyMap<string, readonly string[]>): string {
  if (/\.ya?ml$/i.test(name)) return `to name the fleet file: -f ${name}`;
  const names = [...known.keys()];
  if (name === "all" && names.length <= fewNames) return `there is no word for all: name ${names.join(" ")}`;
  if (/[*?[]/.test(name)) return patternHint(name, known);
  const likely = suggest(name, names);
  return likely === undefined ? "`fleet status` lists the agents" : `did you mean "${likely}"?`;
}

/**
 * Explains that patterns work for reading, never for acting. The name of an entry with replicas means all of
 * them.
 */
function patternHint(pattern: string, known: ReadonlyMap<string, readonly string[]>): string {
  const stem = pattern.replace(/-?[*?[].*$/, "");
  const instances = [...new Set(known.get(stem))].filter((each) => each !== stem);
  if (instances.length > 1)
    return `names are not patterns; "${stem}" stands for all its replicas, ${instances[0]} to ${instances.at(-1)}`;
  const meant = [...known.keys()].filter((each) => each.startsWith(stem));
  if (meant.length === 0 || meant.length > fewNames)
    return "names are not patterns; `fleet status` lists the agents";
  return `names are not patterns; name them: ${meant.join(" ")}`;
}
