import type { Plan } from "../plan/types.ts";

/** The plan as its documented JSON object. File contents stay out of it: they may hold secrets. */
export function planJson(plan: Plan): unknown {
  return {
    formatVersion: "1.0",
    fleet: plan.fleet,
    summary: plan.summary,
    agents: plan.agents,
    shared: plan.shared,
    actions: plan.actions.map(({ id, kind, target, agent, reason, cost }) => ({
      id,
      kind,
      target,
      agent,
      reason,
      cost,
    })),
    unmanaged: plan.unmanaged,
    notes: plan.notes,
    hindrance: plan.hindrance,
    refusals: plan.refusals,
  };
}
