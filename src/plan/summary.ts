import { naturally } from "../text/natural-order.ts";
import { contradictsFleet } from "./deviation.ts";
import type { AgentActionKind, AgentPlan, InterruptedAgent } from "./agent-plan.ts";
import type { Action, Plan, Summary } from "./types.ts";

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

/** Counts agents by their actions. */
export function summarize(agents: readonly AgentPlan[], actions: readonly Action[]): Summary {
  const counts = { add: 0, change: 0, restart: 0, remove: 0, pending: 0, blocked: 0 };
  for (const { action } of agents) {
    const key = countedAs[action];
    if (key !== undefined) counts[key] += 1;
  }
  return { ...counts, daemonReload: actions.some(({ kind }) => kind === "daemon-reload") };
}

/**
 * Returns true if the machine is in line with the file: nothing to do, nothing waiting, no obstacle. The last
 * line of a plan, in every format, and the exit code both follow from this.
 */
export function isInLine(plan: Plan): boolean {
  const { actions, summary, refusals } = plan;
  const isIdle = actions.length === 0 && summary.pending === 0 && refusals.length === 0;
  return isIdle && !isBlocked(plan) && overriddenAgents(plan).length === 0;
}

/** Returns the agents with a setting of the fleet a foreign file overrides, sorted. */
export function overriddenAgents({ deviations = [] }: Plan): readonly string[] {
  return naturally(new Set(deviations.filter(contradictsFleet).flatMap(({ agents }) => agents)));
}

/** Returns true if an obstacle keeps something from being done. */
export function isBlocked({ summary, hindrance }: Plan): boolean {
  return summary.blocked > 0 || hindrance !== undefined;
}

/** Returns true if the plan interrupts the agent's work. */
export function isInterrupted(agent: AgentPlan): agent is InterruptedAgent {
  return agent.cost === "agent";
}
