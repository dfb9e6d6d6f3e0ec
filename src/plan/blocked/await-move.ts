import type { DesiredAgent } from "../../desired/types.ts";
import type { AgentDiff } from "../agent-diff.ts";
import type { AgentView } from "../view/agent-view.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/**
 * Leaves an agent out that comes from another host, until it has ended there: a second copy of it would be worse than none.
 * One that runs here already has arrived, and is an agent like others.
 */
export function awaitMove(diff: AgentDiff, from: DesiredAgent["arrivesFrom"], view: AgentView): AgentDiff {
  if (from === undefined || runsHere(view)) return diff;
  const change = { reason: "runs-elsewhere", host: from } as const;
  return {
    plan: {
      name: diff.plan.name,
      action: "pending",
      reason: change.reason,
      cost: "none",
      hold: "move",
      awaiting: view.owned ? "start" : "add",
      atStake: undefined,
      changes: [change],
    },
    actions: [],
  };
}

/** Returns true if an agent runs on this machine. */
export function runsHere({ unit, pane }: AgentView): boolean {
  return isUp(unitPhase(unit)) || (pane !== undefined && !pane.dead);
}
