import type { PlacedAgent } from "../config/hosts/place-checks.ts";
import { plannedEnd } from "../plan/fleet/planned-end.ts";
import type { HostResult } from "./host-result.ts";
import { plannedOn } from "./presence.ts";

/** An agent that a change would end, for another host of the same run. */
interface Departure {
  readonly agent: string;
  readonly from: string;
  /** The next host. */
  readonly to: string;
}

/** An agent that a change would end, and that its next host could not start. */
export interface Stranded extends Departure {
  /** `silent`: the next host does not answer. `not-begun`: nothing is begun there in this run. `ignored`: in no run. */
  readonly because: "silent" | "not-begun" | "ignored";
}

/** Returns the agents that would leave a host for another one of the same run, or of `ignored`. Pure. */
export function departuresIn(
  placed: ReadonlyMap<string, PlacedAgent>,
  results: readonly HostResult[],
  ignored: readonly string[] = [],
): readonly Departure[] {
  const hosts = new Set([...results.map(({ host }) => host), ...ignored]);
  return results.flatMap((result) =>
    (plannedOn(result) ?? []).flatMap((agent) => {
      const to = placed.get(agent.name)?.host;
      return to !== undefined && to !== result.host && hosts.has(to) && plannedEnd(agent) !== undefined
        ? [{ agent: agent.name, from: result.host, to }]
        : [];
    }),
  );
}

/**
 * Returns the agents that would leave a host for one of the same run that does not answer, or for an ignored one: their work
 * would end, and they would run nowhere. Pure.
 */
export function strandedIn(
  placed: ReadonlyMap<string, PlacedAgent>,
  results: readonly HostResult[],
  ignored: readonly string[],
): readonly Stranded[] {
  const ends = new Map(results.map(({ host, end }) => [host, end.name]));
  return departuresIn(placed, results, ignored).flatMap((departure): readonly Stranded[] => {
    const end = ends.get(departure.to);
    if (end === undefined) return [{ ...departure, because: "ignored" }];
    if (end === "done") return [];
    return [{ ...departure, because: end === "not-begun" ? "not-begun" : "silent" }];
  });
}
