import type { AgentView } from "../view/agent-view.ts";
import type { AgentDiff } from "../agent-diff.ts";
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
      hold: undefined,
      atStake: atStake(view.pane, now),
      changes: [change, ...more],
    },
    actions: [],
  };
}

/** Returns an agent without differences, or with no change for now. */
export function untouchedAgent({ name }: AgentView): AgentDiff {
  return {
    plan: {
      name,
      action: "none",
      reason: undefined,
      cost: "none",
      hold: undefined,
      atStake: undefined,
      changes: [],
    },
    actions: [],
  };
}
