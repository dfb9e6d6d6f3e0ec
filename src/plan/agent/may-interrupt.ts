import { atStake } from "../view/at-stake.ts";
import type { Policy } from "../../desired/marks/policy.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { DiffContext } from "../agent-diff.ts";
import type { AtStake, PolicyWait } from "../agent-plan.ts";
import type { PlanOptions } from "../types.ts";
import { unitPhase } from "../view/unit-phase.ts";

/** The answer of a policy: now, or the reason to wait. */
export type PolicyVerdict = "now" | PolicyWait;

/**
 * Returns whether an agent's policy lets apply end it for good now, or the obstacle. There is none for an
 * idle or already ending agent. `--now` does not end an agent with `keep`: unlike after a restart, nothing
 * would come back.
 */
export function mayEnd(policy: Policy, view: Life, context: Circumstances): PolicyVerdict {
  if (!hasLiveRun(view)) return "now";
  return policy.onChange === "keep" ? "kept" : mayReplace(policy, view, context);
}

/** Returns the same for an agent that ends in favor of its successor, as in a restart. */
export function mayReplace(policy: Policy, view: Life, { observed, options }: Circumstances): PolicyVerdict {
  return hasLiveRun(view) ? mayInterrupt(policy, atStake(view.pane, observed.now), options) : "now";
}

type Life = Pick<AgentView, "pane" | "unit">;
type Circumstances = Pick<DiffContext, "observed" | "options">;

function hasLiveRun({ pane, unit }: Life): boolean {
  const phase = unitPhase(unit);
  if (phase === "stopping") return false;
  return phase === "running" || phase === "starting" || (pane !== undefined && !pane.dead);
}

/** Returns whether the agent's policy lets a changed configuration interrupt it now, or the obstacle. */
export function mayInterrupt(agent: Policy, stake: AtStake | undefined, options: PlanOptions): PolicyVerdict {
  if (options.now || options.intent === "restart") return "now";
  switch (agent.onChange) {
    case "restart":
      return "now";
    case "keep":
      return "kept";
    case "when-idle":
      return stake === undefined || isQuietEnough(stake, agent.idleAfterMs) ? "now" : "busy";
  }
}

/**
 * Returns true for a session without attached people and silent work that was quiet for so long, or says it is done.
 */
function isQuietEnough({ attached, idleSeconds, work, isDone }: AtStake, idleAfterMs: number): boolean {
  return attached === 0 && (isDone === true || idleSeconds * 1000 >= idleAfterMs) && work === undefined;
}
