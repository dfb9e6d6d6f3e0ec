import { digest } from "../text/digests/digest.ts";
import { reasonOf, stakeOf } from "./agent-plan.ts";
import { changeKey } from "./same-change.ts";
import type { Plan } from "./types.ts";

/** Returns true if two plans do the same things for the same reasons; idle times may differ. */
export function isSamePlan(a: Plan, b: Plan): boolean {
  return essence(a) === essence(b);
}

/** Returns an id of what a plan does and why: plans with the same id are the same, see `isSamePlan`. */
export function planId(plan: Plan): string {
  return digest(essence(plan), 8);
}

function essence({ actions, agents, shared, refusals }: Plan): string {
  const whatHappens = agents.map((agent) => [
    agent.name,
    agent.action,
    reasonOf(agent),
    agent.changes[0] && changeKey(agent.changes[0]),
    agent.cost,
  ]);
  const whoIsThere = agents.map((agent) => stakeOf(agent)?.attached ?? null);
  const whatIsLost = [...shared, ...agents.flatMap(({ changes }) => changes)].map(({ edit }) => edit ?? null);
  return JSON.stringify([actions, whatHappens, whoIsThere, whatIsLost, refusals]);
}
