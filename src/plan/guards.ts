import type { AgentPlan, PlanOptions, Refusal } from "./types.ts";

/** From so many removals on, and more than half of the fleet, apply wants to be told that it is meant. */
const massRemoval = 3;

/** Guards that refuse a plan as a whole: what a half-saved or wrong file would do. `owned` counts the agents that exist. */
export function guardRefusals(
  agents: readonly AgentPlan[],
  declared: number,
  owned: number,
  options: PlanOptions,
): readonly Refusal[] {
  const removals = agents.filter(({ action }) => action === "remove").length;
  if (options.allowRemoveAll || removals === 0) return [];
  const flag = "--allow-remove-all";
  if (declared === 0) {
    const detail = `the file declares no agents, and ${count(removals)} would be removed`;
    return [{ guard: "empty-fleet", detail, flag }];
  }
  if (removals >= massRemoval && removals * 2 > owned) {
    return [{ guard: "mass-removal", detail: `${removals} of ${count(owned)} would be removed`, flag }];
  }
  return [];
}

function count(agents: number): string {
  return agents === 1 ? "1 agent" : `${agents} agents`;
}
