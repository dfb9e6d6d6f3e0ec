import { replicaNames, replicaNumbers } from "../schema/replicas.ts";
import type { AgentConfig, FleetConfig } from "../types.ts";
import { createPlacer } from "./place.ts";

/** The declared hosts of a fleet. */
export type Hosts = NonNullable<FleetConfig["hosts"]>;

/** The hosts of an entry, as written. */
export type HostChoice = NonNullable<AgentConfig["hosts"]>;

/** The hosts of an entry that has an agent on each of them. */
type PlainChoice = Exclude<HostChoice, { readonly spread: unknown }>;

/** Returns the choice of an entry: its own, or that of `defaults`, which are those of agents. */
export function choiceOf(entry: AgentConfig, { defaults }: FleetConfig): HostChoice | undefined {
  return entry.hosts ?? (entry.service === true ? undefined : defaults.hosts);
}

/** Returns true for a choice of one host for each agent. */
export function isSpread(choice: HostChoice | undefined): choice is Extract<HostChoice, { spread: unknown }> {
  return typeof choice === "object" && "spread" in choice;
}

/** Returns the hosts between which a choice chooses, or on which it has an agent each. */
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

/** Returns the hosts of one agent of an entry: all of the entry, or the one that it is spread to. */
export function hostsOfInstance(entry: AgentConfig, agent: string, config: FleetConfig): readonly string[] {
  const chosen = hostsOf(entry, config);
  if (!isSpread(choiceOf(entry, config))) return chosen;
  const host = createPlacer(takingHosts(chosen, config.hosts ?? {}))(agent);
  return host === undefined ? [] : [host];
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

/** Returns the part of a fleet for one host: a fleet without hosts, with the entries of that host. Pure. */
export function sliceFor(config: FleetConfig, host: string): FleetConfig {
  const { hosts = {}, defaults, agents, ...rest } = config;
  const { hosts: _default, ...shared } = defaults;
  const own = Object.entries(agents).flatMap(([name, entry]) => {
    const { hosts: _own, ...keys } = entry;
    const chosen = hostsOf(entry, config);
    if (!chosen.includes(host)) return [];
    if (!isSpread(choiceOf(entry, config))) return [[name, keys] as const];
    const hostFor = createPlacer(takingHosts(chosen, hosts));
    const names = replicaNames(name, entry.replicas);
    const numbers = replicaNumbers(entry.replicas).filter((_, index) => hostFor(names[index] ?? "") === host);
    if (numbers.length === 0) return [];
    const replicas = numbers.flatMap((number) => number ?? []);
    return [[name, replicas.length === 0 ? keys : { ...keys, replicas }] as const];
  });
  return { ...rest, defaults: shared, agents: Object.fromEntries(own) };
}
