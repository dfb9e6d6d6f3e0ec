import type { AgentView } from "./agent-view.ts";
import { unitPhase } from "./unit-phase.ts";

/** A run that has lasted for so long is no longer a part of a crash loop, ms. */
const lastingMs = 60_000;

/**
 * Returns true if systemd restarts the agent again and again after failures: it waits for that, or was restarted a moment
 * ago and nobody is attached. Which of these runs is under way is nothing that anybody agrees to. `now` in ms since the
 * epoch.
 */
export function isInCrashLoop({ unit, runtime, pane }: AgentView, now: number): boolean {
  if ((runtime?.restarts ?? 0) === 0 || (pane?.attached ?? 0) > 0) return false;
  switch (unitPhase(unit)) {
    case "restarting":
    case "stopping":
      return true;
    case "starting":
    case "running":
      return now - (runtime?.startedMs ?? 0) < lastingMs;
    case "failed":
    case "stopped":
      return false;
  }
}
