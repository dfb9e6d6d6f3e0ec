import { createPlacer } from "../config/hosts/place.ts";
import { singleAgents, type SingleAgent } from "../config/hosts/place-checks.ts";
import { noPlaces, type Move, type Places } from "../config/hosts/places.ts";
import type { FleetConfig } from "../config/types.ts";
import { balanceMoves, leastLoaded, type Loads } from "./balance.ts";

/** A difference between the table and the fleet, or a step of an agent on its way. */
export type PlaceChange =
  /** It has no place yet. */
  | { readonly kind: "new"; readonly agent: string; readonly to: string }
  /** It is to go to another host. */
  | {
      readonly kind: "moves";
      readonly agent: string;
      readonly from: string;
      readonly to: string;
      readonly why: MoveReason;
    }
  /** It is on its way, and has not ended on its old host as far as is known. */
  | {
      readonly kind: "on-its-way" | "arrives";
      readonly agent: string;
      readonly from: string;
      readonly to: string;
    }
  /** It should leave its host, and stays: no other host takes it, or enough others are on their way. */
  | {
      readonly kind: "stays";
      readonly agent: string;
      readonly on: string;
      readonly why: "no-host" | "enough";
    }
  /** It is not declared any more, or not on one host alone. */
  | { readonly kind: "gone"; readonly agent: string };

/** `lost`: its host is gone. `drained`: its host takes no agents. `declared`: fleet.yaml says another host. */
type MoveReason = "lost" | "drained" | "declared" | "rebalance";

/** Requests of the user. */
export interface PlaceOptions {
  /** Move the fewest agents that make the shares of hosts right. */
  readonly rebalances: boolean;
  /** Hosts without agents from now on, and hosts with agents again. */
  readonly drain: readonly string[];
  readonly undrain: readonly string[];
  /** Hosts whose machine is gone for ever: their agents do not run any more. */
  readonly lost: ReadonlySet<string>;
  /** Agents that are on their way, and have ended on their old host. */
  readonly ended: ReadonlySet<string>;
  /** The most agents on their way at a time. */
  readonly mostMoves: number;
}

/** A table for a fleet, with its differences from the one before, in the order of the agents. */
export interface PlacedAgents {
  readonly places: Places;
  readonly changes: readonly PlaceChange[];
}

/**
 * Returns the next table of a fleet. Agents stay as long as they can, and new ones go to the hosts with the smallest shares.
 * An agent never gets another host at once: it is on its way until it has ended on the old one. Without a table, all agents
 * stay where they are by their names. Pure.
 */
export function placeFleet(
  config: FleetConfig,
  before: Places | undefined,
  options: PlaceOptions,
): PlacedAgents {
  const { hosts = {} } = config;
  const { lost, ended, mostMoves } = options;
  const isKnown = (host: string): boolean => Object.hasOwn(hosts, host) && !lost.has(host);
  const drained = new Set([...(before?.drained ?? []), ...options.drain].filter((host) => isKnown(host)));
  for (const host of options.undrain) drained.delete(host);
  const takes = (host: string): boolean => isKnown(host) && !drained.has(host) && hosts[host]?.drain !== true;
  const agents = singleAgents(config);
  const weightOf = (host: string): number => hosts[host]?.weight ?? 1;

  const table = before ?? noPlaces;
  const changes: PlaceChange[] = [];
  const places = new Map<string, string>();
  const moves = new Map<string, Move>();
  const loads: Loads = new Map(Object.keys(hosts).map((host) => [host, 0]));
  const count = (agent: SingleAgent, host: string): void => {
    if (agent.isSpread) loads.set(host, (loads.get(host) ?? 0) + 1);
  };
  /** Agents without a host, with their former one. */
  const homeless: {
    readonly agent: SingleAgent;
    readonly from: string | undefined;
    readonly why: MoveReason;
  }[] = [];

  for (const agent of agents) settle(agent);
  for (const { agent, from, why } of homeless) findHome(agent, from, why);
  if (options.rebalances) rebalance();
  const declared = new Set(agents.map(({ name }) => name));
  for (const agent of [...Object.keys(table.places), ...Object.keys(table.moves)])
    if (!declared.has(agent)) changes.push({ kind: "gone", agent });
  return {
    places: {
      places: Object.fromEntries(places),
      moves: Object.fromEntries(moves),
      drained: Object.keys(hosts).filter((host) => drained.has(host)),
    },
    changes,
  };

  /** Keeps an agent where it is, or on its way. Others need a host. */
  function settle(agent: SingleAgent): void {
    const { name, hosts: chosen } = agent;
    const move = ownOf(table.moves, name);
    if (move !== undefined) {
      keepOnWay(agent, move);
      return;
    }
    const host = ownOf(table.places, name) ?? (before === undefined ? firstPlace(agent) : undefined);
    const isNew = ownOf(table.places, name) === undefined;
    if (host === undefined) homeless.push({ agent, from: undefined, why: "declared" });
    else if (lost.has(host)) homeless.push({ agent, from: host, why: "lost" });
    else if (!chosen.includes(host)) homeless.push({ agent, from: host, why: "declared" });
    else if (agent.isSpread && !takes(host)) homeless.push({ agent, from: host, why: "drained" });
    else {
      places.set(name, host);
      count(agent, host);
      if (isNew) changes.push({ kind: "new", agent: name, to: host });
    }
  }

  /** Lets an agent go on to its new host, even if fleet.yaml says another one by now: it may run there already. */
  function keepOnWay(agent: SingleAgent, move: Move): void {
    const { name, hosts: chosen } = agent;
    const hasEnded = ended.has(name) || lost.has(move.from);
    if (!isKnown(move.to)) {
      homeless.push({ agent, from: hasEnded ? undefined : move.from, why: "declared" });
      return;
    }
    if (hasEnded && !chosen.includes(move.to)) {
      homeless.push({ agent, from: move.to, why: "declared" });
      return;
    }
    count(agent, move.to);
    if (hasEnded) places.set(name, move.to);
    else moves.set(name, move);
    changes.push({ kind: hasEnded ? "arrives" : "on-its-way", agent: name, ...move });
  }

  function firstPlace({ name, hosts: chosen, isSpread }: SingleAgent): string | undefined {
    if (!isSpread) return chosen[0];
    const taking = chosen.filter((host) => hosts[host]?.drain !== true);
    return createPlacer(taking.map((host) => ({ name: host, weight: weightOf(host) })))(name);
  }

  function findHome(agent: SingleAgent, from: string | undefined, why: MoveReason): void {
    const { name, hosts: chosen } = agent;
    const open = chosen.filter((host) => host !== from && (!agent.isSpread || takes(host)));
    const to = leastLoaded(open, loads, weightOf);
    if (to === undefined || (from !== undefined && why !== "lost" && moves.size >= mostMoves)) {
      const on = from ?? chosen.find(isKnown);
      if (on === undefined) return;
      // An agent without any possible host stays known: otherwise it would look like a new one.
      places.set(name, on);
      count(agent, on);
      changes.push({ kind: "stays", agent: name, on, why: to === undefined ? "no-host" : "enough" });
      return;
    }
    count(agent, to);
    if (from === undefined) {
      places.set(name, to);
      changes.push({ kind: "new", agent: name, to });
      return;
    }
    if (why === "lost") places.set(name, to);
    else moves.set(name, { from, to });
    changes.push({ kind: "moves", agent: name, from, to, why });
  }

  function rebalance(): void {
    const movable = agents.filter(({ name, isSpread }) => isSpread && places.has(name));
    const found = balanceMoves(movable, places, loads, { weightOf, takes, most: mostMoves - moves.size });
    for (const { agent, from, to } of found) {
      places.delete(agent);
      moves.set(agent, { from, to });
      const at = changes.findIndex((change) => change.kind === "new" && change.agent === agent);
      if (at !== -1) changes.splice(at, 1);
      changes.push({ kind: "moves", agent, from, to, why: "rebalance" });
    }
  }
}

function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
