import { atStake } from "../view/at-stake.ts";
import type { Policy } from "../../desired/marks/policy.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { DiffContext } from "../agent-diff.ts";
import type { AtStake, PlanOptions } from "../types.ts";
import { unitPhase } from "../view/unit-phase.ts";

/**
 * Returns whether an agent's policy lets apply end it for good now, or what holds it back. Nothing holds back what is not
 * at work, or ends already. `--now` does not end an agent with `keep`: unlike after a restart, nothing would come back.
 */
export function mayEnd(policy: Policy, view: Life, context: Circumstances): "now" | "busy" | "kept" {
  if (!isAtWork(view)) return "now";
  return policy.onChange === "keep" ? "kept" : mayReplace(policy, view, context);
}

/** The same for an agent that ends because another one takes its place, as after a restart. */
export function mayReplace(
  policy: Policy,
  view: Life,
  { observed, options }: Circumstances,
): "now" | "busy" | "kept" {
  return isAtWork(view) ? mayInterrupt(policy, atStake(view.pane, observed.now), options) : "now";
}

type Life = Pick<AgentView, "pane" | "unit">;
type Circumstances = Pick<DiffContext, "observed" | "options">;

function isAtWork({ pane, unit }: Life): boolean {
  const phase = unitPhase(unit);
  if (phase === "stopping") return false;
  return phase === "running" || phase === "starting" || (pane !== undefined && !pane.dead);
}

/** Whether the agent's policy lets a changed configuration interrupt it now, or what holds it back. */
export function mayInterrupt(
  agent: Policy,
  stake: AtStake | undefined,
  options: PlanOptions,
): "now" | "busy" | "kept" {
  if (options.now || options.intent === "restart") return "now";
  switch (agent.onChange) {
    case "restart":
      return "now";
    case "keep":
      return "kept";
    case "when-idle":
      return stake === undefined || isIdle(stake, agent.idleAfterMs) ? "now" : "busy";
  }
}

/** Returns true for a session that nobody is attached to, that was quiet for so long, and that does no silent work. */
function isIdle({ attached, idleSeconds, work }: AtStake, idleAfterMs: number): boolean {
  return attached === 0 && idleSeconds * 1000 >= idleAfterMs && work === undefined;
}
