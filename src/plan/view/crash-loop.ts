import type { AgentView } from "./agent-view.ts";
import { unitPhase, type UnitPhase } from "./unit-phase.ts";

/**
 * Returns the phase of an agent's unit for a plan. An agent that has failed before, and ends again by itself, counts as one
 * that systemd is about to restart: its failures have to be forgotten, because it may be near its start limit.
 */
export function phaseAmongFailures({ unit, runtime }: AgentView): UnitPhase {
  const phase = unitPhase(unit);
  const endsAgain = phase === "stopping" && unit?.job === undefined && (runtime?.restarts ?? 0) > 0;
  return endsAgain ? "restarting" : phase;
}

/** A run of this length is no part of a crash loop, ms. */
const loopRunMs = 60_000;

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
      // Before it notes its process, a start has no time: the note of the crashed run is gone.
      return now - (runtime?.startedMs ?? now) < loopRunMs;
    case "running":
      return now - (runtime?.startedMs ?? 0) < loopRunMs;
    case "failed":
    case "stopped":
      return false;
  }
}
