import type { HostResult } from "./host-result.ts";

/**
 * Returns the hosts that share a machine and account, each with another one of them: an apply of both would have each remove
 * the agents of the other. Pure.
 */
export function twinsIn(results: readonly HostResult[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const twins = new Map<string, string>();
  for (const { host, facts } of results) {
    const machine = facts?.machine;
    if (machine === undefined) continue;
    const owner = owners.get(machine);
    if (owner === undefined) owners.set(machine, host);
    else {
      twins.set(owner, host);
      twins.set(host, owner);
    }
  }
  return twins;
}
