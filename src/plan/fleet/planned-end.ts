import { waitReasons } from "../agent-plan.ts";

/** From so many agents on, a change of more than half of them demands a confirmation. */
const many = 3;

/** Returns true for so many agents that a change of them needs a confirmation: many, and more than half of all. */
export function isMost(some: number, all: number): boolean {
  return some >= many && some * 2 > all;
}

/** The reasons to wait for an end that comes by itself. */
const toEnd: ReadonlySet<string> = new Set(
  Object.entries(waitReasons).flatMap(([reason, { leadsToEnd }]) => (leadsToEnd ? [reason] : [])),
);

/** The part of an agent's plan that tells its end. The plan can be a value of this program, or the JSON of another host. */
interface EndInPlan {
  readonly action: string;
  readonly hold?: string | undefined;
  readonly awaiting?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Returns how a plan ends an agent, now or as soon as it is idle; undefined if it does not. Without the waiting ones, a
 * fleet could be ended one agent at a time. A renamed agent continues under its new name, and no plan ends an agent with
 * `keep`.
 */
export function plannedEnd({ action, hold, awaiting, reason }: EndInPlan): "remove" | "stop" | undefined {
  if (reason === "renamed") return undefined;
  const effect = action === "pending" && hold !== undefined && toEnd.has(hold) ? awaiting : action;
  return effect === "remove" || effect === "stop" ? effect : undefined;
}
