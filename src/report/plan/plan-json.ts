import type { Change, Plan } from "../../plan/types.ts";

import { suspensionJson } from "../suspension-json.ts";

/**
 * The plan as its documented JSON object. File contents stay out of it: they may hold secrets. Of a file that was edited
 * by hand, `changes[].diff` (`shared[].diff`) is the edit, with secrets masked.
 */
export function planJson(plan: Plan): unknown {
  return {
    formatVersion: "1.0",
    fleet: plan.fleet,
    summary: plan.summary,
    agents: plan.agents.map((agent) => ({
      ...agent,
      suspended: agent.suspended && suspensionJson(agent.suspended),
      changes: agent.changes.map(withoutEdit),
    })),
    shared: plan.shared.map(withoutEdit),
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
    deviations: plan.deviations ?? [],
    hindrance: plan.hindrance,
    refusals: plan.refusals,
  };
}

/** An edit's lines are compared by digests, from which a short secret could be guessed. */
function withoutEdit(change: Change): object {
  return { ...change, edit: undefined };
}
