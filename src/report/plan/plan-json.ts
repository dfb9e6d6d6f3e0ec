import { planFormat } from "../../plan/saved/saved-plan.ts";
import type { Plan } from "../../plan/types.ts";
import { stepJson } from "../json/step-json.ts";
import type { PlanJson } from "./plan-output.ts";
import { changeJson, deviationJson, noteJson, refusalJson } from "./reason-json.ts";

/** Returns the plan as its documented JSON object. Contents of files stay out of it: they may hold secrets. */
export function planJson(plan: Plan): PlanJson {
  return {
    formatVersion: planFormat,
    fleet: plan.fleet,
    summary: plan.summary,
    agents: plan.agents.map((agent) => ({
      name: agent.name,
      ...(agent.kind === undefined ? {} : { kind: agent.kind }),
      ...stepJson(agent),
      changes: agent.changes.map(changeJson),
    })),
    shared: plan.shared.map((change) => ({ ...changeJson(change), path: change.path, role: change.role })),
    actions: plan.actions.map(({ id, kind, target, agent, reason, cost }) => ({
      id,
      kind,
      target,
      agent,
      reason,
      cost,
    })),
    unmanaged: plan.unmanaged,
    notes: plan.notes.map(noteJson),
    deviations: (plan.deviations ?? []).map(deviationJson),
    hindrance: plan.hindrance && changeJson(plan.hindrance),
    refusals: plan.refusals.map(refusalJson),
  };
}
