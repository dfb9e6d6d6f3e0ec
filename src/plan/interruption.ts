import type { DesiredAgent } from "../desired/types.ts";
import type { ObservedPane } from "../observe/types.ts";
import type { AtStake, PlanOptions } from "./types.ts";

/** What an interruption of a live pane would hit; undefined where there is none. `now` in ms since the epoch. */
export function atStake(pane: ObservedPane | undefined, now: number): AtStake | undefined {
  if (pane === undefined || pane.dead) return undefined;
  return { attached: pane.attached, idleSeconds: Math.max(0, Math.floor(now / 1000) - pane.activity) };
}

/** Whether the agent's policy lets a changed configuration interrupt it now, or what holds it back. */
export function mayInterrupt(
  agent: DesiredAgent,
  stake: AtStake | undefined,
  options: PlanOptions,
): "now" | "busy" | "kept" {
  if (options.now || options.wish === "restart") return "now";
  switch (agent.onChange) {
    case "restart":
      return "now";
    case "keep":
      return "kept";
    case "when-idle":
      return stake === undefined || isIdle(stake, agent.idleAfterMs) ? "now" : "busy";
  }
}

function isIdle({ attached, idleSeconds }: AtStake, idleAfterMs: number): boolean {
  return attached === 0 && idleSeconds * 1000 >= idleAfterMs;
}
