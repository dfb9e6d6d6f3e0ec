import type { FleetConfig } from "../types.ts";
import { placedAgents } from "./place-checks.ts";
import { noPlaces, type Places } from "./places.ts";
import { ownOf } from "../value-at.ts";

/** A table for a host that follows it by itself. */
export interface HeldPlaces {
  /** The table to put in place; undefined if that of the file is as good. */
  readonly inPlace: Places | undefined;
  /** The knowledge of this host about places, as soon as the table is applied; undefined for none. */
  readonly known: Places | undefined;
}

/**
 * Compares a table with the applied one, `known`. An agent that was elsewhere may still run there, unless a later end was
 * counted: so it waits here, like an agent on its way. A pin, a revert, another history and an edit by hand have no such
 * order. Such an agent stays known at its former place. Pure.
 */
export function holdPlaces(config: FleetConfig, here: string, known: Places | undefined): HeldPlaces {
  const { places } = config;
  if (known === undefined) return { inPlace: undefined, known: places };
  const placed = placedAgents(config);
  const held = [...placed].flatMap(([agent, { host }]): readonly (readonly [string, string])[] => {
    if (host !== here || ownOf(places?.moves, agent) !== undefined) return [];
    const from = formerHost(agent, here, known);
    return from === undefined || isLater(ownOf(places?.since, agent), ownOf(known.since, agent))
      ? []
      : [[agent, from]];
  });
  if (held.length === 0) return { inPlace: undefined, known: places };
  const table = places ?? {
    ...noPlaces,
    places: Object.fromEntries([...placed].map(([agent, { host }]) => [agent, host])),
  };
  const names = new Set(held.map(([agent]) => agent));
  const rest = withoutEntries(table, names);
  const waits = Object.fromEntries(held.map(([agent, from]) => [agent, { from, to: here }]));
  return {
    inPlace: { ...rest, moves: { ...rest.moves, ...waits }, held: [...names] },
    known: together(places === undefined ? noPlaces : rest, only(known, names)),
  };
}

/** Returns another host that may run an agent; undefined if it is here by the table, or new. */
function formerHost(agent: string, here: string, known: Places): string | undefined {
  const move = ownOf(known.moves, agent);
  if (move !== undefined) return move.to === here ? move.from : move.to;
  const host = ownOf(known.places, agent);
  if (host !== undefined) return host === here ? undefined : host;
  return ownOf(known.removed, agent)?.find((each) => each !== here);
}

function isLater(time: string | undefined, known: string | undefined): boolean {
  return time !== undefined && (known === undefined || time > known);
}

function withoutEntries(table: Places, names: ReadonlySet<string>): Places {
  return filtered(table, (agent) => !names.has(agent));
}

function only(table: Places, names: ReadonlySet<string>): Places {
  return filtered(table, (agent) => names.has(agent));
}

function filtered(
  { places, moves, removed, drained, since }: Places,
  keeps: (agent: string) => boolean,
): Places {
  const some = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(record).filter(([agent]) => keeps(agent)));
  return {
    places: some(places),
    moves: some(moves),
    removed: some(removed),
    drained,
    ...(since === undefined ? {} : { since: some(since) }),
  };
}

function together(one: Places, other: Places): Places {
  return {
    places: { ...one.places, ...other.places },
    moves: { ...one.moves, ...other.moves },
    removed: { ...one.removed, ...other.removed },
    drained: one.drained,
    since: { ...one.since, ...other.since },
  };
}
