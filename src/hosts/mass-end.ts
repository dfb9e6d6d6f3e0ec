import type { Arrival } from "./arrivals.ts";
import type { HostResult } from "./host-result.ts";
import { plannedOn, type PlannedThere } from "./presence.ts";

/** From so many agents on, and more than half of them, a change demands a confirmation, as on one machine. */
const mass = 3;

/** The agents that a change of many hosts would end, and all of them. */
export interface MassEnd {
  readonly ended: number;
  readonly all: number;
}

/**
 * Returns the numbers of a change that would end most agents of all hosts together, though perhaps few on each; undefined for
 * any other one. An agent that moves does not count: it goes on elsewhere. Pure.
 */
export function massEndIn(results: readonly HostResult[], moving: readonly Arrival[]): MassEnd | undefined {
  const moves = new Set(moving.map(({ agent, from }) => `${from}/${agent}`));
  let ended = 0;
  let all = 0;
  for (const result of results)
    for (const agent of plannedOn(result) ?? []) {
      if (agent.action !== "add") all += 1;
      if (isToEnd(agent) && !moves.has(`${result.host}/${agent.name}`)) ended += 1;
    }
  return ended >= mass && ended * 2 > all ? { ended, all } : undefined;
}

/** Returns true for an agent that ends now, or once it is idle. One with a new name goes on under that. */
function isToEnd({ action, hold, awaiting, reason }: PlannedThere): boolean {
  if (reason === "renamed") return false;
  const effect = action === "pending" && hold === "busy" ? awaiting : action;
  return effect === "remove" || effect === "stop";
}
