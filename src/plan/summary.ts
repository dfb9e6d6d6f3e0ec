import { contradictsFleet } from "./deviation.ts";
import type { Action, AgentActionKind, AgentPlan, Plan, Summary } from "./types.ts";

const countedAs: Readonly<Record<AgentActionKind, Exclude<keyof Summary, "daemonReload"> | undefined>> = {
  add: "add",
  change: "change",
  start: "change",
  stop: "change",
  adopt: "change",
  restart: "restart",
  remove: "remove",
  pending: "pending",
  blocked: "blocked",
  none: undefined,
};

/** Counts agents by what happens to them. */
export function summarize(agents: readonly AgentPlan[], actions: readonly Action[]): Summary {
  const counts = { add: 0, change: 0, restart: 0, remove: 0, pending: 0, blocked: 0 };
  for (const { action } of agents) {
    const key = countedAs[action];
    if (key !== undefined) counts[key] += 1;
  }
  return { ...counts, daemonReload: actions.some(({ kind }) => kind === "daemon-reload") };
}

/**
 * True where the machine is in line with the file: nothing to do, nothing waiting, nothing in the way. What a plan says in
 * its last line, in every format, and the exit code are both taken from this.
 */
export function isSettled(plan: Plan): boolean {
  const { actions, summary, refusals } = plan;
  const isIdle = actions.length === 0 && summary.pending === 0 && refusals.length === 0;
  return isIdle && !isBlocked(plan) && overriddenAgents(plan).length === 0;
}

/** Agents of which a setting that the fleet makes is not in force, because somebody's file says otherwise. Sorted. */
export function overriddenAgents({ deviations = [] }: Plan): readonly string[] {
  return [...new Set(deviations.filter(contradictsFleet).flatMap(({ agents }) => agents))].sort();
}

/** True where something cannot be done as long as something else is in the way. */
export function isBlocked({ summary, hindrance }: Plan): boolean {
  return summary.blocked > 0 || hindrance !== undefined;
}

/** Returns true if the plan interrupts the agent's work, or that of the whole fleet. */
export function isInterrupted({ cost }: AgentPlan): boolean {
  return cost !== "none";
}
