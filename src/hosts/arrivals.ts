import type { PlacedAgent } from "../config/hosts/place-checks.ts";
import type { HostResult } from "./host-result.ts";
import { comebackOf, plannedOn, type Comeback, type PlannedThere } from "./presence.ts";

/** An agent that its new host must not start yet. */
export interface Arrival {
  readonly agent: string;
  /** The new host. */
  readonly to: string;
  /** The host that has it, or may have it. */
  readonly from: string;
  /** `there`: that host has said so. `unknown`: it has not answered. Otherwise it may start the agent by itself. */
  readonly because: "there" | "unknown" | Comeback;
}

/** Agents that have to end on another host before they start, by the new host. */
export type Waits = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Returns the agents that a host is about to start, or would start if they did not wait. */
function startedOn(result: HostResult | undefined): readonly PlannedThere[] {
  return (plannedOn(result) ?? []).filter(
    ({ action, hold }) => action === "add" || action === "start" || (action === "pending" && hold === "move"),
  );
}

/** Returns true if a host is about to start an agent that runs on one host at a time. Pure. */
export function startsSingleAgents(
  placed: ReadonlyMap<string, PlacedAgent>,
  results: ReadonlyMap<string, HostResult>,
): boolean {
  return [...results].some(([host, result]) =>
    startedOn(result).some(({ name }) => placed.get(name)?.host === host),
  );
}

/**
 * Returns the hosts whose answer is missing to know if an agent that is about to start still runs there. `results` are the
 * plans, and `known` the hosts that need not be asked. Pure.
 */
export function hostsToAsk(
  placed: ReadonlyMap<string, PlacedAgent>,
  results: ReadonlyMap<string, HostResult>,
  known: Pick<ReadonlySet<string>, "has"> = results,
): readonly string[] {
  const missing = new Set<string>();
  for (const [host, result] of results)
    for (const { name } of startedOn(result)) {
      const place = placed.get(name);
      if (place?.host !== host) continue;
      for (const other of place.elsewhere) if (!known.has(other)) missing.add(other);
    }
  return [...missing];
}

/**
 * Returns the agents that have to wait: their new host would start them, and another one has them, or may have them and does
 * not answer, or follows a file with them. `whole` are plans of the whole fleet on all asked hosts: each names the agents there that belong
 * elsewhere. Pure.
 */
export function arrivalsIn(
  placed: ReadonlyMap<string, PlacedAgent>,
  results: ReadonlyMap<string, HostResult>,
  whole: ReadonlyMap<string, HostResult>,
): readonly Arrival[] {
  const holders = new Map<string, string>();
  for (const [host, result] of whole)
    for (const { name } of plannedOn(result) ?? []) {
      const place = placed.get(name);
      if (place !== undefined && place.host !== host) holders.set(name, host);
    }
  return [...results].flatMap(([to, result]) =>
    startedOn(result).flatMap(({ name: agent }): readonly Arrival[] => {
      const place = placed.get(agent);
      if (place?.host !== to) return [];
      const holder = holders.get(agent);
      if (holder !== undefined) return [{ agent, to, from: holder, because: "there" }];
      const silent = place.elsewhere.find((other) => plannedOn(whole.get(other)) === undefined);
      if (silent !== undefined) return [{ agent, to, from: silent, because: "unknown" }];
      return place.elsewhere
        .flatMap((from) => {
          const because = comebackOf(agent, whole.get(from));
          return because === undefined ? [] : [{ agent, to, from, because }];
        })
        .slice(0, 1);
    }),
  );
}

/**
 * Returns the arrivals of a saved plan, with those that hosts tell `now`: an agent has begun to run elsewhere, or its former
 * host does not answer any more. An agent that waits by the plan, and that nobody has any more, may start after another look
 * at its former host, if that is among the hosts `inRun`. Pure.
 */
export function arrivalsNow(
  planned: readonly Arrival[],
  now: readonly Arrival[],
  inRun: ReadonlySet<string>,
): readonly Arrival[] {
  const keyOf = ({ agent, to }: Arrival): string => `${to}/${agent}`;
  const found = new Set(now.map(keyOf));
  const settled = planned.filter((each) => !found.has(keyOf(each)));
  return [
    ...now,
    ...settled.map((each) => (inRun.has(each.from) ? { ...each, because: "there" as const } : each)),
  ];
}

/** Returns the waits of some arrivals, for each host that has any. Pure. */
export function waitsOf(arrivals: readonly Arrival[]): Waits {
  const waits = new Map<string, Record<string, string>>();
  for (const { agent, to, from } of arrivals) {
    const own = waits.get(to) ?? {};
    own[agent] = from;
    waits.set(to, own);
  }
  return waits;
}
