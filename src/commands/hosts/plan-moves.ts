import { placedAgents } from "../../config/hosts/place-checks.ts";
import { sliceFor } from "../../config/hosts/slice.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import {
  arrivalsIn,
  hostsToAsk,
  startsSingleAgents,
  waitsOf,
  type Arrival,
  type Waits,
} from "../../hosts/arrivals.ts";
import { isWholeChange } from "../../hosts/command-words.ts";
import type { HostResult } from "../../hosts/host-result.ts";
import { effectiveAgents, hasEnded } from "../../hosts/presence.ts";
import type { Context } from "../shared/context.ts";
import { runOnHosts, type Errands, type ReachableHost } from "./run-hosts.ts";

/** A change on several hosts. */
export interface HostsChange {
  /** Its command line. */
  readonly words: readonly string[];
  /** The agents of all hosts. */
  readonly config: FleetConfig;
  /** Returns further hosts of the fleet. */
  readonly reach: (names: readonly string[]) => Promise<readonly ReachableHost[]>;
  /** A step here before the first change, also if there is nothing to change; a failure ends the run. */
  readonly onAgreed?: (() => Result<void>) | undefined;
}

/** The plans of hosts, and the agents that have to end on another host first. */
export interface PlannedMoves {
  readonly planned: readonly HostResult[];
  readonly arrivals: readonly Arrival[];
  /** The errands of the same change: they tell each host its waiting agents. */
  readonly errands: Errands;
  /** The name of the fleet. */
  readonly fleet: string;
}

/** Commands with starts of agents in their run or plan. */
const planStarts: ReadonlySet<string> = new Set(["apply", "start", "restart", "plan", "diff"]);

/**
 * Plans a change on all hosts. An agent that a host would start, while another one has it or may have it, waits. For that it
 * also asks hosts outside of the run that may have such an agent.
 */
export async function planMoves(
  errands: Errands,
  change: HostsChange,
  context: Context,
): Promise<PlannedMoves> {
  const { words, config, reach } = change;
  const fleet = config.name;
  const read = { ...errands, purpose: "read" } as const;
  const [command = ""] = words;
  const first = await runOnHosts(planStarts.has(command) ? withFollowed(read, fleet) : read, context);
  const placed = placedAgents(config);
  const results = byHost(first);
  if (!planStarts.has(command) || !startsSingleAgents(placed, results))
    return { planned: first, arrivals: [], errands, fleet };
  const asked = await reach(hostsToAsk(placed, results));
  // The plan of some agents says nothing of others.
  const others = isWholeChange(words) ? asked : [...errands.hosts, ...asked];
  const further =
    others.length === 0 ? [] : await runOnHosts({ ...wholePlans(read, fleet), hosts: others }, context);
  const whole = new Map([...(isWholeChange(words) ? results : []), ...byHost(further)]);
  const arrivals = arrivalsIn(placed, results, whole);
  const waiting = withWaits(errands, waitsOf(arrivals));
  const differing = errands.hosts.filter(
    ({ name }) => !hasSameNames(waiting.requestFor(name).waits ?? {}, sliceFor(config, name).arrivals ?? {}),
  );
  if (differing.length === 0) return { planned: first, arrivals, errands: waiting, fleet };
  const second = byHost(await runOnHosts({ ...waiting, purpose: "read", hosts: differing }, context));
  const planned = first.map((result) => second.get(result.host) ?? result);
  return { planned, arrivals, errands: waiting, fleet };
}

/** The second part of a change: agents that have ended on their old hosts start on the new ones. */
export interface Arrived {
  /** The plans of the new hosts, with a proposal each. */
  readonly planned: readonly HostResult[];
  readonly errands: Errands;
  /** The agents that may start. */
  readonly ended: readonly Arrival[];
  /** New hosts with other changes than these agents: nothing of that was agreed to. */
  readonly stale: ReadonlySet<string>;
}

/**
 * Asks the old hosts of agents again, and plans the start of those that have ended there. `hosts` are the ones that may be
 * changed.
 */
export async function planArrivals(
  { arrivals, errands, fleet }: PlannedMoves,
  hosts: ReadonlySet<string>,
  context: Context,
): Promise<Arrived> {
  const read = { ...errands, purpose: "read" } as const;
  const open = arrivals.filter(
    ({ to, from, because }) => because === "there" && hosts.has(to) && hosts.has(from),
  );
  const old = new Set(open.map(({ from }) => from));
  const answers = byHost(
    await runOnHosts(
      { ...wholePlans(read, fleet), hosts: errands.hosts.filter(({ name }) => old.has(name)) },
      context,
    ),
  );
  const ended = open.filter(({ agent, from }) => hasEnded(agent, answers.get(from)));
  const waiting = withWaits(errands, waitsOf(arrivals.filter((each) => !ended.includes(each))));
  const to = new Set(ended.map((each) => each.to));
  const targets = { ...waiting, hosts: errands.hosts.filter(({ name }) => to.has(name)) };
  const planned = await runOnHosts({ ...targets, purpose: "read" }, context);
  const expected = new Set(ended.map(({ agent, to: host }) => `${host}/${agent}`));
  const stale = planned.filter((result) =>
    effectiveAgents(result).some(({ name }) => !expected.has(`${result.host}/${name}`)),
  );
  return { planned, errands: targets, ended, stale: new Set(stale.map(({ host }) => host)) };
}

export function byHost(results: readonly HostResult[]): ReadonlyMap<string, HostResult> {
  return new Map(results.map((result) => [result.host, result]));
}

/** Returns the same errands: they tell each host its waiting agents. */
export function withWaits(errands: Errands, waits: Waits): Errands {
  return {
    ...errands,
    requestFor: (host) => ({ ...errands.requestFor(host), waits: waits.get(host) ?? {} }),
  };
}

/** Returns errands that plan the whole fleet, and change nothing. Each host tells which agents it may start by itself. */
export function wholePlans(errands: Errands, fleet: string): Errands {
  const { requestFor } = withFollowed(errands, fleet);
  return { ...errands, requestFor: (host) => ({ ...requestFor(host), words: ["plan"] }) };
}

/** Returns errands that also ask which agents each host may start by itself. */
export function withFollowed(errands: Errands, fleet: string): Errands {
  return { ...errands, requestFor: (host) => ({ ...errands.requestFor(host), followedOf: fleet }) };
}

function hasSameNames(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name));
}
