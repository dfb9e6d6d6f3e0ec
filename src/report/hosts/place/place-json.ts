import { noPlaces, type Places } from "../../../config/hosts/places.ts";
import type { FleetConfig } from "../../../config/types.ts";
import type { PlacedAgents } from "../../../hosts/places/place-changes.ts";
import type { PlacesJson } from "./place-output.ts";

/** Returns a table and the next one as their documented JSON object. */
export function placeJson(
  { hosts = {} }: FleetConfig,
  before: Places | undefined,
  { places, changes }: PlacedAgents,
  shown: Pick<PlacesJson, "fleet" | "file" | "hasTable" | "isWritten">,
): PlacesJson {
  const now = numbersIn(before ?? noPlaces);
  const next = numbersIn(places);
  return {
    formatVersion: "1.0",
    ...shown,
    hosts: Object.entries(hosts).map(([name, { weight = 1, drain = false, state }]) => ({
      name,
      weight,
      takesAgents: !drain && state !== "ignore" && !places.drained.includes(name),
      now: now(name),
      next: next(name),
    })),
    changes,
  };
}

/** Returns a function from a host to the number of its agents in a table. */
function numbersIn({ places, moves }: Places): (host: string) => number {
  const hosts = [...Object.values(places), ...Object.values(moves).map(({ to }) => to)];
  return (host) => hosts.filter((each) => each === host).length;
}
