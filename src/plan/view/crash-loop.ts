import type { AgentView } from "./agent-view.ts";
import { unitPhase } from "./unit-phase.ts";

/** A run of this length is no part of a crash loop, ms. */
const lastingMs = 60_000;

/**
 * Returns true if systemd restarts the agent again and again after failures: it waits for a restart, or had
 * one a moment ago and has no attached people. A user's consent does not cover a particular one of these
 * runs. `now` in ms since the epoch.
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
