import type { Layout } from "../../desired/layout.ts";
import type { Observed } from "../../observed/types.ts";
import type { Change } from "../change.ts";
import { tmuxHindrance } from "./tmux-check.ts";
import { isService, type AgentView } from "../view/agent-view.ts";
import { unitPhase } from "../view/unit-phase.ts";

/**
 * Returns the reason why the session of a running agent is not seen: the fleet's tmux server does not answer on its socket.
 * Such a session is unknown, not absent. Undefined for an agent whose session is seen, or that does not run.
 */
export function hiddenSession(
  view: AgentView,
  observed: Pick<Observed, "tmux" | "units">,
  layout: Layout,
): Change | undefined {
  const isSeen = view.pane !== undefined || isService(view);
  const isRunning = unitPhase(view.unit) === "running";
  const hasServer = unitPhase(observed.units.get(layout.holderUnit)) === "running";
  return isSeen || !isRunning || !hasServer ? undefined : tmuxHindrance(observed, layout);
}
