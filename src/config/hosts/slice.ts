import { replicaNames, replicaNumbers } from "../schema/replicas.ts";
import { mergedDefaults } from "../entries/merged-defaults.ts";
import type { AgentConfig, AgentDefaults, FleetConfig } from "../types.ts";
import { createPlacer } from "./place.ts";
import { hostInTable } from "./places.ts";

/** The declared hosts of a fleet. */
export type Hosts = NonNullable<FleetConfig["hosts"]>;

/** The hosts of an entry, as written. */
export type HostChoice = NonNullable<AgentConfig["hosts"]>;

/** The hosts of an entry that has an agent on each of them. */
type PlainChoice = Exclude<HostChoice, { readonly spread: unknown }>;

/** Returns the choice of an entry: its own, or the choice in `defaults`, the defaults of agents. */
export function choiceOf(entry: AgentConfig, { defaults }: FleetConfig): HostChoice | undefined {
  return entry.hosts ?? (entry.service === true ? undefined : defaults.hosts);
}

/** Returns true for a choice of one host for each agent. */
export function isSpread(choice: HostChoice | undefined): choice is Extract<HostChoice, { spread: unknown }> {
  return typeof choice === "object" && "spread" in choice;
}

/** Returns the hosts of a choice: one of them has the agent, or each has one. */
export function plainChoice(choice: HostChoice): PlainChoice {
  return isSpread(choice) ? choice.spread : choice;
}

/** Returns the names of the chosen hosts, in the order of their declaration. A name without a host chooses nothing. */
export function chosenHosts(choice: HostChoice, hosts: Hosts): readonly string[] {
  const names = Object.keys(hosts);
  const plain = plainChoice(choice);
  if (plain === "all") return names;
  if (typeof plain === "string") return names.filter((name) => name === plain);
  if (Array.isArray(plain)) return names.filter((name) => plain.includes(name));
  const wanted = Object.entries("labels" in plain ? plain.labels : {});
  return names.filter((name) => wanted.every(([key, value]) => hosts[name]?.labels?.[key] === value));
}

/** Returns the hosts on which agents of an entry may run; none for a fleet without hosts. */
export function hostsOf(entry: AgentConfig, config: FleetConfig): readonly string[] {
  const choice = choiceOf(entry, config);
  return choice === undefined || config.hosts === undefined ? [] : chosenHosts(choice, config.hosts);
}

/** Returns the hosts of one agent of an entry: all of the entry, or the one it is spread to. */
export function hostsOfInstance(entry: AgentConfig, agent: string, config: FleetConfig): readonly string[] {
  const chosen = hostsOf(entry, config);
  if (!isSpread(choiceOf(entry, config))) return chosen;
  const host = placerFor(chosen, config)(agent);
  return host === undefined ? [] : [host];
}

/** Returns a function from an agent with `spread` to its host: by the table, or without one by its name. */
export function placerFor(
  chosen: readonly string[],
  { hosts = {}, places }: FleetConfig,
): (agent: string) => string | undefined {
  return places === undefined
    ? createPlacer(takingHosts(chosen, hosts))
    : (agent) => hostInTable(places, agent);
}

/** Returns the hosts of a spread that take agents. */
export function takingHosts(
  chosen: readonly string[],
  hosts: Hosts,
): readonly { readonly name: string; readonly weight: number }[] {
  return chosen.flatMap((name) =>
    hosts[name]?.drain === true ? [] : [{ name, weight: hosts[name]?.weight ?? 1 }],
  );
}

/** Returns true for a host that no command reaches. */
export function isIgnored({ hosts = {} }: Pick<FleetConfig, "hosts">, host: string): boolean {
  return Object.hasOwn(hosts, host) && hosts[host]?.state === "ignore";
}

/** Returns the hosts that no command reaches. */
export function ignoredHosts(config: Pick<FleetConfig, "hosts">): readonly string[] {
  return Object.keys(config.hosts ?? {}).filter((host) => isIgnored(config, host));
}

/** Returns the defaults of the agents on a host: its own over those of the fleet. Pure. */
export function defaultsOn({ defaults, hosts = {} }: FleetConfig, host: string): AgentDefaults {
  const own = Object.hasOwn(hosts, host) ? hosts[host]?.defaults : undefined;
  return own === undefined || own === null ? defaults : mergedDefaults(defaults, own);
}

/**
 * Returns the part of a fleet for one host: a fleet without hosts, with the entries of that host. `waits` are the agents
 * to be ended on another host before, each with this host; by default from the table. Pure.
 */
export function sliceFor(
  config: FleetConfig,
  host: string,
  waits: Readonly<Record<string, string>> = arrivalsOf(config, host),
): FleetConfig {
  const { hosts: _hosts, places: _places, defaults: _defaults, agents, ...rest } = config;
  const { hosts: _default, ...shared } = defaultsOn(config, host);
  const own = Object.entries(agents).flatMap(([name, entry]) => {
    const { hosts: _own, ...keys } = entry;
    const chosen = hostsOf(entry, config);
    if (!chosen.includes(host)) return [];
    if (!isSpread(choiceOf(entry, config))) return [[name, keys] as const];
    const hostFor = placerFor(chosen, config);
    const names = replicaNames(name, entry.replicas);
    const numbers = replicaNumbers(entry.replicas).filter((_, index) => hostFor(names[index] ?? "") === host);
    if (numbers.length === 0) return [];
    const replicas = numbers.flatMap((number) => number ?? []);
    return [[name, replicas.length === 0 ? keys : { ...keys, replicas }] as const];
  });
  const arrivals = Object.keys(waits).length === 0 ? {} : { arrivals: waits };
  return { ...rest, host, defaults: shared, agents: Object.fromEntries(own), ...arrivals };
}

/** Returns the agents on their way to a host by the table, with the hosts they come from. */
function arrivalsOf({ places }: FleetConfig, host: string): Readonly<Record<string, string>> {
  const moves = Object.entries(places?.moves ?? {});
  return Object.fromEntries(moves.flatMap(([agent, { from, to }]) => (to === host ? [[agent, from]] : [])));
}
