import type { SingleAgent } from "../../config/hosts/place-checks.ts";

/** The number of agents with `spread` on each host. */
export type Loads = Map<string, number>;

/** Returns the host with the smallest share after one more agent, the first of equal ones; undefined without hosts. Pure. */
export function leastLoaded(
  hosts: readonly string[],
  loads: ReadonlyMap<string, number>,
  weightOf: (host: string) => number,
): string | undefined {
  let best: { readonly host: string; readonly share: number } | undefined;
  for (const host of hosts) {
    const share = ((loads.get(host) ?? 0) + 1) / weightOf(host);
    if (best === undefined || share < best.share) best = { host, share };
  }
  return best?.host;
}

/** The limits of a balance. */
interface BalanceLimits {
  readonly weightOf: (host: string) => number;
  readonly takes: (host: string) => boolean;
  /** The most moves. */
  readonly most: number;
}

/**
 * Returns moves that make the shares of hosts equal, as far as the hosts of the agents allow. Each takes an agent from the
 * fullest host that has one to give, so they are as few as possible. Changes `loads`.
 */
export function balanceMoves(
  agents: readonly SingleAgent[],
  places: ReadonlyMap<string, string>,
  loads: Loads,
  { weightOf, takes, most }: BalanceLimits,
): readonly { readonly agent: string; readonly from: string; readonly to: string }[] {
  const byHost = new Map<string, SingleAgent[]>();
  for (const agent of agents) {
    const host = places.get(agent.name) ?? "";
    byHost.set(host, [...(byHost.get(host) ?? []), agent]);
  }
  const moves: { readonly agent: string; readonly from: string; readonly to: string }[] = [];
  while (moves.length < most) {
    const next = nextMove();
    if (next === undefined) break;
    const { agent, from, to } = next;
    moves.push({ agent: agent.name, from, to });
    byHost.set(
      from,
      (byHost.get(from) ?? []).filter((each) => each !== agent),
    );
    loads.set(from, (loads.get(from) ?? 0) - 1);
    loads.set(to, (loads.get(to) ?? 0) + 1);
  }
  return moves;

  function nextMove():
    { readonly agent: SingleAgent; readonly from: string; readonly to: string } | undefined {
    const shareOf = (host: string): number => (loads.get(host) ?? 0) / weightOf(host);
    const fullest = [...byHost.keys()].toSorted((one, other) => shareOf(other) - shareOf(one));
    for (const from of fullest) {
      // The last replicas move first: the first ones are the oldest.
      for (const agent of (byHost.get(from) ?? []).toReversed()) {
        const to = leastLoaded(
          agent.hosts.filter((host) => host !== from && takes(host)),
          loads,
          weightOf,
        );
        if (to !== undefined && ((loads.get(to) ?? 0) + 1) / weightOf(to) < shareOf(from))
          return { agent, from, to };
      }
    }
    return undefined;
  }
}
