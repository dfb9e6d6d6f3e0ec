import { plannedEnd, isMost } from "../plan/fleet/planned-end.ts";
import type { Arrival } from "./arrivals.ts";
import type { HostResult } from "./host-result.ts";
import { plannedOn } from "./presence.ts";

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
      if (plannedEnd(agent) !== undefined && !moves.has(`${result.host}/${agent.name}`)) ended += 1;
    }
  return isMost(ended, all) ? { ended, all } : undefined;
}
