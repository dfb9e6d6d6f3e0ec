import type { FleetConfig } from "../../config/types.ts";
import { replicaNames, instancesByEntry } from "../../config/schema/replicas.ts";
import type { Survey } from "../../observed/survey.ts";
import { ownedNames } from "../view/agent-view.ts";
import type { Labels } from "./label-selector.ts";

/**
 * The agents that patterns, labels and `--all` may select: `any` agent, only the `declared` ones, or only the ones
 * declared as running, because only these can be started. A name in full always selects its agent.
 */
export type Scope = "any" | "declared" | "startable";

/** Everything a selection is made from. */
export interface Selectable {
  /** The agents by each name a command line may use, for example all replicas by their entry. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** The labels of the declared agents. The labels of others are unknown, so no selector finds them. */
  readonly labels: ReadonlyMap<string, Labels>;
  /** Agents in the scope of patterns, labels and `--all`. */
  readonly inScope: (name: string) => boolean;
}

/** Returns the candidates of a fleet: declared agents, and those that are still on the machine. */
export function candidatesIn({ config, desired, observed }: Survey, scope: Scope): Selectable {
  const declared = new Map(desired.agents.map((agent) => [agent.name, agent]));
  const single = [...declared.keys(), ...ownedNames(observed, desired.layout)];
  const names = new Map<string, readonly string[]>(single.map((name) => [name, [name]]));
  // With new replicas, the former agent may still run under the name of its entry.
  for (const [name, instances] of instancesByEntry(config.agents))
    names.set(name, [...instances, ...(names.get(name) ?? [])]);
  return {
    names,
    labels: new Map(desired.agents.map(({ name, labels }) => [name, labels])),
    inScope: (name) => {
      switch (scope) {
        case "any":
          return true;
        case "declared":
          return declared.has(name);
        case "startable":
          return declared.get(name)?.state === "running";
      }
    },
  };
}

/** Returns the candidates without a machine: the declared agents, their entries, and further `others`. */
export function declaredCandidates({ agents, defaults }: FleetConfig, others: Iterable<string>): Selectable {
  const names = new Map<string, readonly string[]>([...others].map((name) => [name, [name]]));
  const labels = new Map<string, Labels>();
  for (const [entry, { replicas, labels: own }] of Object.entries(agents)) {
    const instances = replicaNames(entry, replicas);
    for (const name of instances) {
      names.set(name, [name]);
      labels.set(name, { ...defaults.labels, ...own });
    }
    names.set(entry, [...new Set([...instances, ...(names.get(entry) ?? [])])]);
  }
  return { names, labels, inScope: () => true };
}
