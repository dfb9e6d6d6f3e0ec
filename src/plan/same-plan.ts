import type { Plan } from "./types.ts";

/** True where two plans do the same things for the same reasons; how long somebody has been idle may differ. */
export function isSamePlan(a: Plan, b: Plan): boolean {
  return essence(a) === essence(b);
}

function essence({ actions, agents, refusals }: Plan): string {
  const whatHappens = agents.map(({ name, action, reason, detail, cost }) => [
    name,
    action,
    reason,
    detail,
    cost,
  ]);
  const whoIsThere = agents.map(({ atStake }) => atStake?.attached ?? null);
  return JSON.stringify([actions, whatHappens, whoIsThere, refusals]);
}
