import type { SingleAgent } from "../../config/hosts/place-checks.ts";
import { balanceMoves, leastLoaded } from "./balance.ts";
import { countOn, type Homeless, type Placing } from "./placing.ts";

/** Gives an agent a host, or sends it on its way to one. It stays if no other host takes it, or if enough are on their way. */
export function findHome({ agent, from, why }: Homeless, placing: Placing): void {
  const { name, hosts: chosen, isSpread } = agent;
  const { options, takes, isIgnored, isKnown, weightOf, places, moves, loads, changes } = placing;
  const open = chosen.filter((host) => host !== from && !isIgnored(host) && (!isSpread || takes(host)));
  const to = leastLoaded(open, loads, weightOf);
  if (to === undefined || (from !== undefined && why !== "lost" && moves.size >= options.mostMoves)) {
    const on = from ?? chosen.find(isKnown);
    if (on === undefined) return;
    // An agent without any possible host stays known: otherwise it would look like a new one.
    places.set(name, on);
    countOn(on, agent, placing);
    changes.push({ kind: "stays", agent: name, on, why: to === undefined ? "no-host" : "enough" });
    return;
  }
  countOn(to, agent, placing);
  if (from === undefined) {
    places.set(name, to);
    changes.push({ kind: "new", agent: name, to });
    return;
  }
  if (why === "lost") places.set(name, to);
  else moves.set(name, { from, to });
  changes.push({ kind: "moves", agent: name, from, to, why });
}

/** Moves the fewest agents that make the shares of hosts right. */
export function rebalance(agents: readonly SingleAgent[], placing: Placing): void {
  const { options, isIgnored, weightOf, places, moves, loads, changes } = placing;
  const movable = agents.filter(
    ({ name, isSpread }) => isSpread && places.has(name) && !isIgnored(places.get(name) ?? ""),
  );
  const takes = (host: string): boolean => placing.takes(host) && !isIgnored(host);
  const most = options.mostMoves - moves.size;
  for (const { agent, from, to } of balanceMoves(movable, places, loads, { weightOf, takes, most })) {
    places.delete(agent);
    moves.set(agent, { from, to });
    const at = changes.findIndex((change) => change.kind === "new" && change.agent === agent);
    if (at !== -1) changes.splice(at, 1);
    changes.push({ kind: "moves", agent, from, to, why: "rebalance" });
  }
}
