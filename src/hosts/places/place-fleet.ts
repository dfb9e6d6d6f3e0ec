import { singleAgents } from "../../config/hosts/place-checks.ts";
import type { Places } from "../../config/hosts/places.ts";
import type { FleetConfig } from "../../config/types.ts";
import { findHome, rebalance } from "./find-home.ts";
import type { PlacedAgents, PlaceOptions } from "./place-changes.ts";
import { newPlacing, timesOf } from "./placing.ts";
import { removedAgents } from "./removed-agents.ts";
import { settleAgent } from "./settle-agent.ts";

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
  const placing = newPlacing(config, before, options);
  const agents = singleAgents(config);
  const homeless = agents.flatMap((agent) => settleAgent(agent, config, placing) ?? []);
  for (const each of homeless) findHome(each, placing);
  if (options.rebalances) rebalance(agents, placing);
  const removed = removedAgents(agents, config, placing);
  const { places, moves, drained, changes } = placing;
  const next = {
    places: Object.fromEntries(places),
    moves: Object.fromEntries(moves),
    removed,
    drained: Object.keys(config.hosts ?? {}).filter((host) => drained.has(host)),
  };
  return { places: { ...next, ...timesOf(next, placing) }, changes };
}
