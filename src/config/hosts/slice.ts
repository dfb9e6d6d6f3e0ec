import type { AgentConfig, FleetConfig } from "../types.ts";

/** The declared hosts of a fleet. */
export type Hosts = NonNullable<FleetConfig["hosts"]>;

/** The hosts of an entry, as written. */
export type HostChoice = NonNullable<AgentConfig["hosts"]>;

/** Returns the choice of an entry: its own, or that of `defaults`, which are those of agents. */
export function choiceOf(entry: AgentConfig, { defaults }: FleetConfig): HostChoice | undefined {
  return entry.hosts ?? (entry.service === true ? undefined : defaults.hosts);
}

/** Returns the names of the chosen hosts, in the order of their declaration. A name without a host chooses nothing. */
export function chosenHosts(choice: HostChoice, hosts: Hosts): readonly string[] {
  const names = Object.keys(hosts);
  if (choice === "all") return names;
  if (typeof choice === "string") return names.filter((name) => name === choice);
  if (Array.isArray(choice)) return names.filter((name) => choice.includes(name));
  const wanted = Object.entries("labels" in choice ? choice.labels : {});
  return names.filter((name) => wanted.every(([key, value]) => hosts[name]?.labels?.[key] === value));
}

/** Returns the hosts of an entry; none for a fleet without hosts. */
export function hostsOf(entry: AgentConfig, config: FleetConfig): readonly string[] {
  const choice = choiceOf(entry, config);
  return choice === undefined || config.hosts === undefined ? [] : chosenHosts(choice, config.hosts);
}

/** Returns the part of a fleet for one host: a fleet without hosts, with the entries of that host. Pure. */
export function sliceFor(config: FleetConfig, host: string): FleetConfig {
  const { hosts: _hosts, defaults, agents, ...rest } = config;
  const { hosts: _default, ...shared } = defaults;
  const own = Object.entries(agents).flatMap(([name, entry]) => {
    const { hosts: _own, ...keys } = entry;
    return hostsOf(entry, config).includes(host) ? [[name, keys] as const] : [];
  });
  return { ...rest, defaults: shared, agents: Object.fromEntries(own) };
}
