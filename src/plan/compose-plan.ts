import type { Layout } from "../desired/layout.ts";
import { summarize } from "./summary.ts";
import type { AgentPlan } from "./agent-plan.ts";
import type { Action, Plan } from "./types.ts";

/** Returns a plan of these parts; all others are empty, except for those in `more`. */
export function composePlan(
  { fleet, socket }: Layout,
  agents: readonly AgentPlan[],
  actions: readonly Action[],
  more: Partial<Plan> = {},
): Plan {
  return {
    fleet,
    socket,
    summary: summarize(agents, actions),
    agents,
    shared: [],
    actions,
    unmanaged: [],
    notes: [],
    hindrance: undefined,
    refusals: [],
    ...more,
  };
}
