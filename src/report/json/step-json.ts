import type { AgentPlan, AgentStep, Leave } from "../../plan/agent-plan.ts";
import { suspensionJson, type SuspensionJson } from "./suspension-json.ts";

/** The action of an agent as printed, with the data this action alone has. */
export type StepJson =
  | (AgentStep & {
      /** The request to leave it alone, next to an action that does not follow it. */
      readonly suspended?: SuspensionJson | undefined;
    })
  | (Leave & {
      /** The request to leave it alone. */
      readonly suspended: SuspensionJson;
    });

/** Returns an agent's action with its data; times in ISO 8601. */
export function stepJson(plan: AgentPlan): StepJson {
  if (plan.action === "pending" && plan.hold === "suspended") {
    const { action, reason, cost, hold, atStake, suspended } = plan;
    return { action, reason, cost, hold, atStake, suspended: suspensionJson(suspended) };
  }
  const { name: _name, kind: _kind, changes: _changes, suspended, ...step } = plan;
  return { ...step, suspended: suspended && suspensionJson(suspended) };
}
