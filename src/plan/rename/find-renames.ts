import type { Desired, DesiredAgent } from "../../desired/types.ts";

/** The agents of a fleet that are the same under another name. */
export interface Renames {
  /** Returns a declared agent's former names, except declared ones. */
  readonly former: (name: string) => readonly string[];
  /** Returns the declared successor of an undeclared agent. */
  readonly successor: (name: string) => DesiredAgent | undefined;
  /** Returns one name for all names of an agent: the declared one. */
  readonly identity: (name: string) => string;
}

/** Reads the renames in `formerly`, even if the machine has nothing of them. */
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
