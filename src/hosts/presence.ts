import type { FollowedAgents } from "../transport/frames.ts";
import { hostValueOf, type HostResult } from "./host-result.ts";

/** An agent in the plan of a host, as its JSON has it. */
export interface PlannedThere {
  readonly name: string;
  readonly action: string;
  readonly hold?: string;
  readonly awaiting?: string;
  readonly reason?: string;
  readonly atStake?: { readonly idleSeconds?: number | null } | null;
}

/** Returns the agents in the plan of a host, also of one that waits for an agreement; undefined if it has made none. Pure. */
export function plannedOn(result: HostResult | undefined): readonly PlannedThere[] | undefined {
  const value = result === undefined ? undefined : hostValueOf(result);
  if (typeof value !== "object" || value === null) return undefined;
  const plan: unknown = "plan" in value ? value.plan : value;
  if (typeof plan !== "object" || plan === null || !("agents" in plan)) return undefined;
  return Array.isArray(plan.agents) ? (plan.agents as readonly PlannedThere[]) : undefined;
}

/** Returns the agents that a host is about to change. Pure. */
export function effectiveAgents(result: HostResult): readonly PlannedThere[] {
  return (plannedOn(result) ?? []).filter(({ action }) => !["none", "pending", "blocked"].includes(action));
}

/** The reason why a host without an agent may start it by itself: its watch follows a file with it, or an unknown one. */
export type Comeback = "follows" | Extract<FollowedAgents, { kind: "unknown" }>["why"];

/** Returns why a host may start an agent that is not there; undefined if it certainly does not. Pure. */
export function comebackOf(agent: string, result: HostResult | undefined): Comeback | undefined {
  const followed = result?.facts?.followed;
  if (followed === undefined) return "unreadable";
  if (followed.kind === "unknown") return followed.why;
  return followed.agents.includes(agent) ? "follows" : undefined;
}

/**
 * Returns true if an agent that a host should not have is certainly not there, and does not come back. A host without it
 * does not name it in its plan of the whole fleet; one that still has anything of it plans its end, or tells why it cannot.
 * A host that follows a file by itself must have applied one without the agent. No answer says nothing. Pure.
 */
export function hasEnded(agent: string, result: HostResult | undefined): boolean {
  return isAbsent(agent, result) && comebackOf(agent, result) === undefined;
}

/** Returns true if the plan of a host says that it has nothing of an agent. Pure. */
export function isAbsent(agent: string, result: HostResult | undefined): result is HostResult {
  if (result?.end.name !== "done" || result.end.code !== 0) return false;
  const planned = plannedOn(result);
  return planned !== undefined && planned.every(({ name }) => name !== agent);
}

/** Returns the result among equal ones with the latest output of an agent, so its text tells no longer rest than any. Pure. */
export function withLatestOutput(group: readonly HostResult[]): HostResult | undefined {
  const quiet = (result: HostResult): number =>
    Math.min(...(plannedOn(result) ?? []).map(({ atStake }) => atStake?.idleSeconds ?? Infinity));
  return group.toSorted((one, other) => quiet(one) - quiet(other) || 0)[0];
}
