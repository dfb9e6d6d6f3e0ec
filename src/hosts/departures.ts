import type { PlacedAgent } from "../config/hosts/place-checks.ts";
import { plannedEnd } from "../plan/fleet/planned-end.ts";
import type { HostResult } from "./host-result.ts";
import { plannedOn } from "./presence.ts";

/** An agent that a change would end, and that its next host could not start. */
export interface Departure {
  readonly agent: string;
  readonly from: string;
  /** The next host, which does not answer. */
  readonly to: string;
}

/**
 * Returns the agents that would leave a host for one of the same run that does not answer: their work would end, and they
 * would run nowhere. Pure.
 */
export function strandedIn(
  placed: ReadonlyMap<string, PlacedAgent>,
  results: readonly HostResult[],
): readonly Departure[] {
  const silent = new Set(results.filter(({ end }) => end.name !== "done").map(({ host }) => host));
  return results.flatMap((result) =>
    (plannedOn(result) ?? []).flatMap((agent) => {
      const to = placed.get(agent.name)?.host;
      return to !== undefined && to !== result.host && silent.has(to) && plannedEnd(agent) !== undefined
        ? [{ agent: agent.name, from: result.host, to }]
        : [];
    }),
  );
}
