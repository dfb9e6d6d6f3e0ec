import { createPlacer } from "../../config/hosts/place.ts";
import type { SingleAgent } from "../../config/hosts/place-checks.ts";
import type { Move } from "../../config/hosts/places.ts";
import type { FleetConfig } from "../../config/types.ts";
import { countOn, lastHosts, type Homeless, type Placing } from "./placing.ts";

/** Keeps an agent where it is, or on its way. Returns it if it needs another host. */
export function settleAgent(agent: SingleAgent, config: FleetConfig, placing: Placing): Homeless | undefined {
  const { before, options, takes } = placing;
  const last = lastHosts(agent.name, placing);
  if (last.kind === "move") return keepOnWay(agent, last.move, placing);
  const isNew = last.kind === "none";
  if (isNew && Object.hasOwn(before?.removed ?? {}, agent.name)) placing.arrived.add(agent.name);
  const host = isNew ? (before === undefined ? firstPlace(agent, config) : undefined) : last.host;
  if (host === undefined) return { agent, from: undefined, why: "declared" };
  if (options.lost.has(host)) {
    placing.arrived.add(agent.name);
    return { agent, from: host, why: "lost" };
  }
  if (!agent.hosts.includes(host)) return { agent, from: host, why: "declared" };
  if (agent.isSpread && !takes(host)) return { agent, from: host, why: "drained" };
  if (options.ended.has(agent.name)) placing.arrived.add(agent.name);
  placing.places.set(agent.name, host);
  countOn(host, agent, placing);
  if (!Object.hasOwn(before?.places ?? {}, agent.name))
    placing.changes.push({ kind: "new", agent: agent.name, to: host });
  else if (options.ended.has(agent.name))
    placing.changes.push({ kind: "ended", agent: agent.name, on: host });
  return undefined;
}

/** Lets an agent go on to its new host, even if fleet.yaml says another one by now: it may run there already. */
function keepOnWay(agent: SingleAgent, move: Move, placing: Placing): Homeless | undefined {
  const { name } = agent;
  const { options, isKnown } = placing;
  const hasEnded = options.hasEnded(name, move.from) || options.lost.has(move.from);
  if (hasEnded) placing.arrived.add(name);
  if (!isKnown(move.to)) return { agent, from: hasEnded ? undefined : move.from, why: "declared" };
  if (hasEnded && !agent.hosts.includes(move.to)) return { agent, from: move.to, why: "declared" };
  countOn(move.to, agent, placing);
  if (hasEnded) placing.places.set(name, move.to);
  else placing.moves.set(name, move);
  placing.changes.push({ kind: hasEnded ? "arrives" : "on-its-way", agent: name, ...move });
  return undefined;
}

/** Returns the host of an agent by its name, as without a table. */
function firstPlace(
  { name, hosts: chosen, isSpread }: SingleAgent,
  { hosts = {} }: FleetConfig,
): string | undefined {
  if (!isSpread) return chosen[0];
  const taking = chosen.filter((host) => hosts[host]?.drain !== true);
  return createPlacer(taking.map((host) => ({ name: host, weight: hosts[host]?.weight ?? 1 })))(name);
}
