import { isOfConfig } from "../../desired/marks/completion.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { AgentView } from "./agent-view.ts";
import { unitPhase } from "./unit-phase.ts";

/** Returns true for a job that has completed its declared work: there is nothing to start. */
export function isCompleted(desired: DesiredAgent, view: AgentView): boolean {
  const { completion } = view;
  if (!desired.isJob || desired.state !== "running" || completion === undefined) return false;
  return unitPhase(view.unit) === "stopped" && isOfConfig(completion, desired.config);
}
