import type { FleetConfig } from "../types.ts";
import { hostsOf, hostsOfInstance } from "./slice.ts";
import { findEntry } from "../schema/replicas.ts";

/** Returns the hosts of an agent or entry of a whole fleet; none for a fleet without hosts. Pure. */
export function hostsOfAgent(whole: FleetConfig | undefined, name: string): readonly string[] {
  const found = findEntry(whole?.agents ?? {}, name);
  if (whole === undefined || found === undefined) return [];
  const isEntry = found[0] === name && found[1].replicas !== undefined;
  return isEntry ? hostsOf(found[1], whole) : hostsOfInstance(found[1], name, whole);
}

/** Returns the part of a whole fleet with agents on some of these hosts. Pure. */
export function entriesOn(whole: FleetConfig, hosts: readonly string[]): FleetConfig {
  const wanted = new Set(hosts);
  const agents = Object.entries(whole.agents).filter(([, entry]) =>
    hostsOf(entry, whole).some((host) => wanted.has(host)),
  );
  return { ...whole, agents: Object.fromEntries(agents) };
}
