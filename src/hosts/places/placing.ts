import type { SingleAgent } from "../../config/hosts/place-checks.ts";
import { noPlaces, type Move, type Places } from "../../config/hosts/places.ts";
import { isIgnored } from "../../config/hosts/slice.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Loads } from "./balance.ts";
import type { MoveReason, PlaceChange, PlaceOptions } from "./place-changes.ts";
import { ownOf } from "../../config/value-at.ts";

/** A table while it is made. */
export interface Placing {
  /** The table as it was; undefined without one. */
  readonly before: Places | undefined;
  readonly options: PlaceOptions;
  readonly drained: ReadonlySet<string>;
  /** Returns true for a declared host with a machine. */
  readonly isKnown: (host: string) => boolean;
  /** Returns true for a host that takes agents with `spread`. */
  readonly takes: (host: string) => boolean;
  /** Returns true for a host that keeps its agents and gets no others. */
  readonly isIgnored: (host: string) => boolean;
  readonly weightOf: (host: string) => number;
  readonly places: Map<string, string>;
  readonly moves: Map<string, Move>;
  readonly loads: Loads;
  readonly changes: PlaceChange[];
  /** The agents that were elsewhere, and have ended there. */
  readonly arrived: Set<string>;
}

/** An agent without a host. */
export interface Homeless {
  readonly agent: SingleAgent;
  /** Its former host; undefined for a new agent, or one that has ended there. */
  readonly from: string | undefined;
  readonly why: MoveReason;
}

/** Returns a table without agents. */
export function newPlacing(
  { hosts = {} }: FleetConfig,
  before: Places | undefined,
  options: PlaceOptions,
): Placing {
  const isKnown = (host: string): boolean => Object.hasOwn(hosts, host) && !options.lost.has(host);
  const drained = new Set([...(before?.drained ?? []), ...options.drain].filter((host) => isKnown(host)));
  for (const host of options.undrain) drained.delete(host);
  return {
    before,
    options,
    drained,
    isKnown,
    takes: (host) => isKnown(host) && !drained.has(host) && hosts[host]?.drain !== true,
    isIgnored: (host) => isIgnored({ hosts }, host),
    weightOf: (host) => hosts[host]?.weight ?? 1,
    places: new Map(),
    moves: new Map(),
    loads: new Map(Object.keys(hosts).map((host) => [host, 0])),
    changes: [],
    arrived: new Set(),
  };
}

/** Counts an agent on a host. */
export function countOn(host: string, { isSpread }: SingleAgent, { loads }: Placing): void {
  if (isSpread) loads.set(host, (loads.get(host) ?? 0) + 1);
}

/** The last known hosts of an agent: one, or the old and the new one of its way. */
export type LastHosts =
  | { readonly kind: "none" }
  | { readonly kind: "place"; readonly host: string }
  | { readonly kind: "move"; readonly move: Move };

/**
 * Returns the last hosts of an agent by the table. One that was removed before, and has not ended for certain, is still
 * where it was.
 */
export function lastHosts(agent: string, { before = noPlaces, options }: Placing): LastHosts {
  const move = ownOf(before.moves, agent);
  if (move !== undefined) return { kind: "move", move };
  const host = ownOf(before.places, agent);
  if (host !== undefined) return { kind: "place", host };
  const [from, to] = (ownOf(before.removed, agent) ?? []).filter(
    (each) => !options.lost.has(each) && !options.hasEnded(agent, each),
  );
  if (from === undefined) return { kind: "none" };
  return to === undefined ? { kind: "place", host: from } : { kind: "move", move: { from, to } };
}

/** Returns the times of the last arrivals of the agents in the next table. */
export function timesOf(
  { places, moves, removed }: Omit<Places, "since">,
  { before, arrived, options: { nowMs } }: Placing,
): Pick<Places, "since"> {
  const agents = [places, moves, removed].flatMap((each) => Object.keys(each));
  const times = agents.flatMap((agent): readonly (readonly [string, string])[] => {
    const last = ownOf(before?.since ?? {}, agent);
    if (arrived.has(agent)) return [[agent, timeAfter(last, nowMs)]];
    return last === undefined ? [] : [[agent, last]];
  });
  return times.length === 0 ? {} : { since: Object.fromEntries(times) };
}

/** Returns the time, or one just after the last one: a clock may be wrong. */
function timeAfter(last: string | undefined, nowMs: number): string {
  const ms = last === undefined ? nowMs : Math.max(nowMs, Date.parse(last) + 1_000);
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
