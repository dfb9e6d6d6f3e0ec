import type { Desired } from "../../desired/types.ts";
import type { Observed, ObservedPane } from "../../observed/types.ts";
import { panesByAgent } from "../view/agent-panes.ts";
import { unchangedAgents } from "./unchanged-agents.ts";

/** A silent agent that a plan may interrupt. */
export interface Candidate {
  readonly name: string;
  readonly pane: ObservedPane;
}

/**
 * Returns the agents with a quiet, unattended session that a plan may end or restart. Only for these does
 * silent work matter. Pure, and needs nothing from the start script's files.
 */
export function interruptible(desired: Desired, observed: Omit<Observed, "runtime">): readonly Candidate[] {
  const unchanged = unchangedAgents(desired, observed);
  const declared = new Map(desired.agents.map((agent) => [agent.name, agent]));
  const candidates: Candidate[] = [];
  for (const [name, { pane }] of panesByAgent(observed, desired.layout)) {
    if (unchanged.has(name) || pane === undefined || pane.dead || pane.attached > 0) continue;
    const { onChange = "when-idle", idleAfterMs = 0 } = declared.get(name) ?? {};
    const quietMs = observed.now - pane.activity * 1000;
    if (onChange === "when-idle" && quietMs >= idleAfterMs) candidates.push({ name, pane });
  }
  return candidates;
}
