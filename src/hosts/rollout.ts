import { chosenHosts, type Hosts } from "../config/hosts/slice.ts";
import type { FleetConfig } from "../config/types.ts";
import { hostValueOf, type HostResult } from "./host-result.ts";
import type { HostEnd } from "../transport/host-run-state.ts";

/** The key `rollout` of a fleet. */
type DeclaredRollout = NonNullable<FleetConfig["rollout"]>;

/** The same with the names of canaries in the place of their labels. */
export interface Rollout extends Omit<DeclaredRollout, "canary"> {
  readonly canary?: Share | readonly string[] | undefined;
}

/** A part of the hosts of a run: their number, or a percentage of them. */
type Share = number | string;

/** Returns a rollout over these hosts. Canaries by labels are in the order of the hosts. Pure. */
export function rolloutOver({ canary, ...rest }: DeclaredRollout, hosts: Hosts): Rollout {
  if (canary === undefined) return rest;
  const hasLabels = typeof canary === "object" && "labels" in canary;
  return { ...rest, canary: hasLabels ? chosenHosts(canary, hosts) : canary };
}

/** Returns the number of hosts in a share of so many. A percentage is rounded by `round`. Pure. */
function numberOfShare(share: Share, all: number, round: (number: number) => number): number {
  return typeof share === "number" ? share : round((Number.parseInt(share, 10) / 100) * all);
}

/**
 * Returns the groups in which hosts are changed, one after the other: canaries first, and then batches. `changing` are the
 * hosts with something to do, and `all` those of the run: no other host replaces a canary without changes, so a
 * stopped rollout goes on. Without `rollout`, all hosts are one group. Pure.
 */
export function batchesOf(
  changing: readonly string[],
  all: readonly string[],
  { canary, batch = "100%" }: Rollout,
): readonly (readonly string[])[] {
  const first = new Set(canariesIn(all, canary));
  const canaries = changing.filter((name) => first.has(name));
  const others = changing.filter((name) => !first.has(name));
  const size = Math.max(1, numberOfShare(batch, all.length, Math.ceil));
  const batches = Array.from({ length: Math.ceil(others.length / size) }, (_, index) =>
    others.slice(index * size, (index + 1) * size),
  );
  return canaries.length === 0 ? batches : [canaries, ...batches];
}

function canariesIn(all: readonly string[], canary: Rollout["canary"]): readonly string[] {
  if (canary === undefined) return [];
  if (typeof canary !== "object")
    return all.slice(0, Math.max(1, numberOfShare(canary, all.length, Math.ceil)));
  return all.filter((name) => canary.includes(name));
}

/** Returns the most hosts that may be unavailable before a rollout stops. Pure. */
export function mostUnavailable(all: number, { maxUnavailable = 0 }: Rollout): number {
  return numberOfShare(maxUnavailable, all, Math.floor);
}

/** A rollout between two batches. */
export interface RolloutState {
  readonly batches: readonly (readonly string[])[];
  /** The number of batches that have ended. */
  readonly completed: number;
  /** The number of hosts that are unavailable. */
  readonly unavailable: number;
  /** The most of them before the rollout stops. */
  readonly most: number;
  /** True if it goes on with more of them. */
  readonly goesOn: boolean;
}

/** Returns a rollout before its first batch. `unavailable` is the number of hosts that are so by then. Pure. */
export function newRollout(
  changing: readonly string[],
  all: readonly string[],
  rollout: Rollout,
  unavailable: number,
): RolloutState {
  return {
    batches: batchesOf(changing, all, rollout),
    completed: 0,
    unavailable,
    most: mostUnavailable(all.length, rollout),
    goesOn: rollout.onFailure === "continue",
  };
}

/** Returns true if more hosts are unavailable than allowed. Pure. */
export function isOverLimit({ unavailable, most }: RolloutState): boolean {
  return unavailable > most;
}

/** Returns the batch to begin; undefined if all are done, or if it stops at too many unavailable hosts. Pure. */
export function nextBatch(state: RolloutState): readonly string[] | undefined {
  return isOverLimit(state) && !state.goesOn ? undefined : state.batches[state.completed];
}

/** Returns the state after the ends of the hosts of a batch. Pure. */
export function afterBatch(state: RolloutState, ends: readonly HostEnd[]): RolloutState {
  const unavailable = state.unavailable + ends.filter(isUnavailable).length;
  return { ...state, completed: state.completed + 1, unavailable };
}

/** Returns the hosts that were not begun. Pure. */
export function hostsLeft({ batches, completed }: RolloutState): readonly string[] {
  return batches.slice(completed).flat();
}

/** Returns true for a host that counts as unavailable: its change has not ended well. Pure. */
export function isUnavailable(end: HostEnd): boolean {
  return end.name !== "done" || end.code !== 0;
}

/** Returns the agents that should run, and do not, by the status of a host. Pure. */
export function downIn(look: HostResult): readonly string[] {
  const value = hostValueOf(look);
  if (typeof value !== "object" || value === null || !("agents" in value) || !Array.isArray(value.agents))
    return [];
  const agents = value.agents as readonly {
    readonly name: string;
    readonly desired: string;
    readonly state: string;
  }[];
  return agents
    .filter(
      ({ desired, state }) => desired === "running" && !["running", "starting", "completed"].includes(state),
    )
    .map(({ name }) => name);
}
