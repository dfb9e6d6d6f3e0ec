import type { AgentView } from "../view/agent-view.ts";
import type { AgentDiff } from "../agent-diff.ts";
import { stakeOf, type AgentPlan, type BlockedAgent } from "../agent-plan.ts";
import { atStake } from "../view/at-stake.ts";
import type { Change } from "../change.ts";

/** Returns an agent without actions, with its obstacle. `now` in ms since the epoch. */
export function blockedAgent(
  view: AgentView,
  change: Change,
  now: number,
  more: readonly Change[] = [],
): AgentDiff {
  return {
    plan: {
      name: view.name,
      action: "blocked",
      reason: change.reason,
      cost: "none",
      atStake: atStake(view.pane, now),
      changes: [change, ...more],
    },
    actions: [],
  };
}

/** Returns an agent without differences, or with no change for now. */
export function untouchedAgent({ name }: AgentView): AgentDiff {
  return { plan: { name, action: "none", cost: "none", changes: [] }, actions: [] };
}

/** Returns the plan of an agent an obstacle keeps from its action. */
export function blockedPlan(plan: AgentPlan, change: Change): BlockedAgent {
  const { name, suspended } = plan;
  const { reason } = change;
  return {
    name,
    action: "blocked",
    reason,
    cost: "none",
    atStake: stakeOf(plan),
    suspended,
    changes: [change],
  };
}
