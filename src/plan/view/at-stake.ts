import type { ObservedPane } from "../../observed/types.ts";
import type { AtStake, Interrupting } from "../agent-plan.ts";

/**
 * Returns the effect of an interruption on a live pane; undefined if there is none. `now` in ms since the
 * epoch.
 */
export function atStake(pane: ObservedPane | undefined, now: number): AtStake | undefined {
  if (pane === undefined || pane.dead) return undefined;
  const { attached, viewers = 0, activity, work, isDone } = pane;
  return {
    attached,
    ...(viewers > 0 ? { viewers } : {}),
    idleSeconds: Math.max(0, Math.floor(now / 1000) - activity),
    ...(work === undefined ? {} : { work }),
    ...(isDone === true ? { isDone } : {}),
  };
}

/** Returns the cost of ending an agent with this live session, or without one. */
export function costOfEnding(live: AtStake | undefined): Interrupting {
  return live === undefined ? { cost: "none" } : { cost: "agent", atStake: live };
}
