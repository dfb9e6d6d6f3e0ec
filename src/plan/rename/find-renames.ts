import type { Desired, DesiredAgent } from "../../desired/types.ts";

/** Which agents of a fleet are the same under another name. */
export interface Renames {
  /** Returns the names from before of a declared agent, without those that are declared themselves. */
  readonly former: (name: string) => readonly string[];
  /** Returns the declared agent that takes the place of one that is not declared. */
  readonly successor: (name: string) => DesiredAgent | undefined;
  /** Returns the same name for all agents that are one: that of the declared agent. */
  readonly identity: (name: string) => string;
}

/** Reads the renames that `formerly` declares, whether or not there is anything of them on the machine. */
export function findRenames({ agents }: Pick<Desired, "agents">): Renames {
  const successors = new Map<string, DesiredAgent>();
  for (const agent of agents) for (const name of agent.formerly) successors.set(name, agent);
  if (successors.size > 0) for (const { name } of agents) successors.delete(name);
  const formerByName = new Map<string, string[]>();
  for (const [name, agent] of successors) {
    formerByName.set(agent.name, [...(formerByName.get(agent.name) ?? []), name]);
  }
  return {
    former: (name) => formerByName.get(name) ?? [],
    successor: (name) => successors.get(name),
    identity: (name) => successors.get(name)?.name ?? name,
  };
}
