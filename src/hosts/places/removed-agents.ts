import { hostsByAgent, type SingleAgent } from "../../config/hosts/place-checks.ts";
import type { Places } from "../../config/hosts/places.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Placing } from "./placing.ts";

/**
 * Returns the agents of the table that run on one host no more, with the hosts that may still have them. Such a host stays
 * known until it has told the end: a second copy of the agent could start elsewhere otherwise.
 */
export function removedAgents(
  agents: readonly SingleAgent[],
  config: FleetConfig,
  { before, options, changes }: Placing,
): Places["removed"] {
  if (before === undefined) return {};
  const single = new Set(agents.map(({ name }) => name));
  const declared = hostsByAgent(config);
  const last: Readonly<Record<string, readonly string[]>> = {
    ...before.removed,
    ...Object.fromEntries(Object.entries(before.places).map(([agent, host]) => [agent, [host]])),
    ...Object.fromEntries(Object.entries(before.moves).map(([agent, { from, to }]) => [agent, [from, to]])),
  };
  const entries = Object.entries(last).flatMap(([agent, hosts]) => {
    if (single.has(agent)) return [];
    const own = declared.get(agent) ?? [];
    const left = hosts.filter(
      (host) => !own.includes(host) && !options.lost.has(host) && !options.hasEnded(agent, host),
    );
    const kind = Object.hasOwn(before.removed, agent) ? "leaves" : "removed";
    if (left.length === 0) changes.push({ kind: "gone", agent });
    for (const on of left) changes.push({ kind, agent, on });
    return left.length === 0 ? [] : [[agent, left] as const];
  });
  return Object.fromEntries(entries);
}
