import { inNaturalOrder } from "../../text/natural-order.ts";

/** The content of fleet.place.json: the hosts of agents that are on one host each. */
export interface Places {
  /** The host of each agent. */
  readonly places: Readonly<Record<string, string>>;
  /** The agents on their way to another host. */
  readonly moves: Readonly<Record<string, Move>>;
  /** Agents that are not declared any more, each with the hosts that have not told its end yet. */
  readonly removed: Readonly<Record<string, readonly string[]>>;
  /** Hosts that take no agents, besides those with `drain: true`. */
  readonly drained: readonly string[];
  /** The time when an agent got its last place after its counted end elsewhere, ISO 8601 in UTC. Without moves, none. */
  readonly since?: Readonly<Record<string, string>> | undefined;
  /** Only in a table in place on a host: agents on their way without an order, because this host knows them elsewhere. */
  readonly held?: readonly string[] | undefined;
}

/** The way of an agent. It runs on the new host only after it has ended on the old one. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** A table without any agent. */
export const noPlaces: Places = { places: {}, moves: {}, removed: {}, drained: [] };

/** The ending of the table next to fleet.yaml, in the place of its own. */
const ending = ".place.json";

/** Returns the path of the table that belongs to a fleet file: `fleet.place.json` for `fleet.yaml`. */
export function placesPath(fleetFile: string): string {
  return `${fleetFile.replace(/\.ya?ml$/i, "")}${ending}`;
}

/** Returns true for the path of a table. */
export function isPlacesPath(path: string): boolean {
  return path.endsWith(ending);
}

/** Returns the present or next host of an agent; undefined for an agent outside of the table. */
export function hostInTable({ places, moves }: Places, agent: string): string | undefined {
  if (Object.hasOwn(moves, agent)) return moves[agent]?.to;
  return Object.hasOwn(places, agent) ? places[agent] : undefined;
}

/** Returns a table as text: a line for each agent, in natural order, so Git shows each move as one line. */
export function placesText({ places, moves, removed, drained, since = {}, held = [] }: Places): string {
  const sorted = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(inNaturalOrder(Object.entries(record), ([name]) => name));
  const linesOfTable = (record: Readonly<Record<string, unknown>>): string => {
    const entries = Object.entries(sorted(record)).map(
      ([name, value]) => `    ${JSON.stringify(name)}: ${spaced(value)}`,
    );
    return entries.length === 0 ? "{}" : `{\n${entries.join(",\n")}\n  }`;
  };
  const list = (key: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`  "${key}": ${spaced(names)}`];
  const parts = [
    `  "formatVersion": "1.0"`,
    ...list("drained", drained),
    ...list("held", held),
    ...(Object.keys(moves).length === 0 ? [] : [`  "moves": ${linesOfTable(moves)}`]),
    `  "places": ${linesOfTable(places)}`,
    ...(Object.keys(removed).length === 0 ? [] : [`  "removed": ${linesOfTable(removed)}`]),
    ...(Object.keys(since).length === 0 ? [] : [`  "since": ${linesOfTable(since)}`]),
  ];
  return `{\n${parts.join(",\n")}\n}\n`;
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => JSON.stringify(each)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${JSON.stringify(each)}`);
  return `{ ${pairs.join(", ")} }`;
}
