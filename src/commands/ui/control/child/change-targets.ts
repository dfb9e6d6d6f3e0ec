import { grouped } from "../../../../text/grouped.ts";

/** The agents of a wish on one machine. */
export interface ChangeTarget {
  /** The other host; null for this machine. */
  readonly host: string | null;
  /** Their names on that machine. */
  readonly agents: readonly string[];
}

/** Returns agents by their machine: those of another host are HOST/AGENT. Pure. */
export function changeTargets(agents: readonly string[]): readonly ChangeTarget[] {
  const byHost = grouped(agents, (agent) => (agent.includes("/") ? (agent.split("/")[0] ?? "") : ""));
  return [...byHost].map(([host, own]) =>
    host === ""
      ? { host: null, agents: own }
      : { host, agents: own.map((agent) => agent.slice(host.length + 1)) },
  );
}
