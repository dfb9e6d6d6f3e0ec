import { hostValueOf, type HostResult } from "./host-result.ts";

/** An agent in the plan of a host, as its JSON has it. */
export interface PlannedThere {
  readonly name: string;
  readonly action: string;
  readonly hold?: string;
  readonly awaiting?: string;
  readonly reason?: string;
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

/**
 * Returns true if an agent that a host should not have is certainly not there. A host without it does not name it in its
 * plan of the whole fleet; one that still has anything of it plans its end, or tells why it cannot. No answer says nothing.
 * Pure.
 */
export function hasEnded(agent: string, result: HostResult | undefined): boolean {
  if (result?.end.name !== "done" || result.end.code !== 0) return false;
  const planned = plannedOn(result);
  return planned !== undefined && planned.every(({ name }) => name !== agent);
}
