import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { quoteShortened } from "../describe-path.ts";
import { replicaNames } from "../schema/replicas.ts";
import type { FleetConfig } from "../types.ts";
import { placesProblem } from "./parse-places.ts";
import type { Places } from "./places.ts";
import { choiceOf, hostsOf, isSpread, placerFor } from "./slice.ts";

/** An agent with one host at a time. */
export interface SingleAgent {
  readonly name: string;
  /** The hosts between which `spread` chooses, or its one host. */
  readonly hosts: readonly string[];
  readonly isSpread: boolean;
}

/** Returns the agents of a fleet that run on one host at a time: with `spread`, or with a single host. Pure. */
export function singleAgents(config: FleetConfig): readonly SingleAgent[] {
  return Object.entries(config.agents).flatMap(([entry, agent]) => {
    const hosts = hostsOf(agent, config);
    const spread = isSpread(choiceOf(agent, config));
    if (!spread && hosts.length !== 1) return [];
    return replicaNames(entry, agent.replicas).map((name) => ({ name, hosts, isSpread: spread }));
  });
}

/** Returns the hosts of each agent, by its name: a single agent may run on each of them. Pure. */
export function hostsByAgent(config: FleetConfig): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(config.agents).flatMap(([entry, agent]) => {
      const hosts = hostsOf(agent, config);
      return replicaNames(entry, agent.replicas).map((name) => [name, hosts] as const);
    }),
  );
}

/** A single agent with its host. */
export interface PlacedAgent {
  readonly host: string;
  /** Other hosts that may still have it, as far as nothing but their own answer tells. */
  readonly elsewhere: readonly string[];
}

/**
 * Returns the host of each single agent. With a table, only the old host of an agent on its way may still have it. Without
 * one, each host of its `spread` may. Pure.
 */
export function placedAgents(config: FleetConfig): ReadonlyMap<string, PlacedAgent> {
  const { places } = config;
  const entries = Object.entries(config.agents).flatMap(([entry, agent]) => {
    const hosts = hostsOf(agent, config);
    const spread = isSpread(choiceOf(agent, config));
    if (!spread && hosts.length !== 1) return [];
    const hostFor = spread ? placerFor(hosts, config) : () => hosts[0];
    return replicaNames(entry, agent.replicas).flatMap((name) => {
      const host = hostFor(name);
      if (host === undefined) return [];
      const move = places !== undefined && Object.hasOwn(places.moves, name) ? places.moves[name] : undefined;
      const others = places === undefined && spread ? hosts.filter((each) => each !== host) : [];
      return [[name, { host, elsewhere: move === undefined ? others : [move.from] }] as const];
    });
  });
  return new Map(entries);
}

/**
 * Checks a table against its fleet: each agent with `spread` has a place on one of its hosts, and no other agent is
 * elsewhere than fleet.yaml says. So no agent moves because of an edit alone. Pure.
 */
export function placesProblems(
  config: FleetConfig,
  { places, moves, removed }: Places,
  text: string,
  file: string,
): readonly Diagnostic[] {
  const problemNear = (
    near: string,
    summary: string,
    more: Pick<Diagnostic, "detail" | "hint">,
  ): Diagnostic => placesProblem(text, file, summary, more, near);
  const unknown = unknownHosts(config, { places, moves, removed }, text, file);
  if (unknown.length > 0) return unknown;
  const missing: string[] = [];
  const elsewhere: Diagnostic[] = [];
  for (const { name, hosts, isSpread: spread } of singleAgents(config)) {
    // An agent on its way goes on to its end, whatever fleet.yaml says by now.
    if (Object.hasOwn(moves, name)) continue;
    const former = Object.hasOwn(removed, name) ? removed[name] : undefined;
    const host = Object.hasOwn(places, name) ? places[name] : undefined;
    const other = [host, ...(spread ? [] : (former ?? []))].find(
      (each) => each !== undefined && !hosts.includes(each),
    );
    if (host === undefined && spread) missing.push(name);
    if (other !== undefined)
      elsewhere.push(
        problemNear(
          name,
          `agent ${quoteShortened(name)} is on ${other} here, and fleet.yaml says ${hosts.join(", ")}`,
          {
            hint: "have it end there first, and then start on its new host: fleet place --write",
          },
        ),
      );
  }
  const [first, ...others] = missing;
  if (first === undefined) return elsewhere;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return [
    ...elsewhere,
    placesProblem(text, file, `agent ${quoteShortened(first)}${more} has no place`, {
      hint: "give each new agent a host: fleet place --write",
    }),
  ];
}

/**
 * Returns a problem for each host of a table that is none of the fleet: its agents may still run there. A drained host
 * without agents may leave the fleet. Pure.
 */
export function unknownHosts(
  { hosts = {} }: FleetConfig,
  { places, moves, removed }: Pick<Places, "places" | "moves" | "removed">,
  text: string,
  file: string,
  lost: ReadonlySet<string> = new Set(),
): readonly Diagnostic[] {
  const named = [
    ...Object.entries(places),
    ...Object.entries(moves).flatMap(([agent, { from, to }]) => [
      [agent, from] as const,
      [agent, to] as const,
    ]),
    ...Object.entries(removed).flatMap(([agent, own]) => own.map((host) => [agent, host] as const)),
  ];
  const isUnknown = (host: string): boolean => !Object.hasOwn(hosts, host) && !lost.has(host);
  const unknown = new Map(named.filter(([, host]) => isUnknown(host)).map(([near, host]) => [host, near]));
  return [...unknown].map(([host, near]) =>
    placesProblem(
      text,
      file,
      `${quoteShortened(host)} is no host of this fleet any more`,
      {
        detail: "Its agents may still run there.",
        hint: `add the host again, with drain: true; or if its machine is gone for ever: fleet place --write --lost ${host}`,
      },
      near,
    ),
  );
}
