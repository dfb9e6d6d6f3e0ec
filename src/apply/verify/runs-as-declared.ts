import { isNestedTmux } from "../../observe/processes/nested-tmux.ts";
import { nextConfig, serviceConfig } from "../../plan/config/observed-config.ts";
import { isService, type AgentView } from "../../plan/view/agent-view.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";

/**
 * Returns true for a job with completed work; or for an active agent with a live pane, or an active service, with no restart
 * after a failure, and the written configuration.
 */
export function runsAsDeclared(agent: AgentView): boolean {
  if (agent.completion !== undefined && unitPhase(agent.unit) === "stopped") return true;
  // A run its schedule or a person has started may be over.
  if (agent.timerMark !== undefined && unitPhase(agent.unit) === "stopped") return true;
  if (isService(agent)) {
    const isUp = unitPhase(agent.unit) === "running" && (agent.runtime?.restarts ?? 0) === 0;
    return isUp && !hasOldConfig(agent);
  }
  return (
    hasLivePane(agent) &&
    (agent.runtime?.restarts ?? 0) === 0 &&
    !hasOldConfig(agent) &&
    !isReplacedByTmux(agent)
  );
}

/** Returns true if a start-up file replaced the agent's shell by a tmux of its own, in place of the command. */
export function isReplacedByTmux(agent: AgentView): boolean {
  return hasLivePane(agent) && agent.pane !== undefined && isNestedTmux(agent.pane.pid);
}

/** Returns true if systemd reported no failure, and yet did not start it again. */
export function hasOldConfig(agent: AgentView): boolean {
  if (isService(agent)) {
    const isRunning = unitPhase(agent.unit) === "running";
    return isRunning && serviceConfig(agent)?.hash !== nextConfig(agent)?.hash;
  }
  return hasLivePane(agent) && agent.pane?.config?.hash !== nextConfig(agent)?.hash;
}

function hasLivePane({ unit, pane }: AgentView): boolean {
  return unitPhase(unit) === "running" && pane !== undefined && !pane.dead;
}
