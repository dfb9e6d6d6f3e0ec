import { killSessionAction, stopAction, type ActionCause } from "../actions.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { Action } from "../types.ts";
import { hasToStop, isUp, mayOutliveStop, unitPhase } from "../view/unit-phase.ts";

/**
 * Returns true if there is something of an agent to end: its unit is up or about to start, or there is a session, perhaps
 * with its last screen.
 */
export function hasSomethingToStop({ unit, sessions }: AgentView): boolean {
  return hasToStop(unit) || sessions.length > 0;
}

/** Returns true if a timer of the fleet runs, so it may start its agent at any moment. */
export function runsOwnTimer({ timer, timerMark, owned }: AgentView): boolean {
  return (timerMark !== undefined || owned) && isUp(unitPhase(timer));
}

/**
 * Returns the actions that end an agent: a stop, if its unit is up or may start until its timer is stopped, and the end of
 * the sessions left by the stop. `stopTimeoutMs` is the longest time for the unit.
 */
export function stopActions(view: AgentView, cause: ActionCause, stopTimeoutMs: number): readonly Action[] {
  const { name, unitName, pane, sessions, runtime } = view;
  const phase = unitPhase(view.unit);
  const isLive = pane !== undefined && !pane.dead;
  const stays = mayOutliveStop(phase, runtime?.restarts ?? 0);
  // A unit finds its session by name, but not a renamed one.
  const left = sessions.filter((session) => stays || session.name !== name);
  const stopCost = isLive && isUp(phase) ? "agent" : "none";
  const isKilled = isLive && !isUp(phase);
  return [
    ...(hasToStop(view.unit) || runsOwnTimer(view)
      ? [stopAction(unitName, { ...cause, timeoutMs: stopTimeoutMs, cost: stopCost })]
      : []),
    ...left.map(({ id }) =>
      killSessionAction(id, { ...cause, cost: isKilled && id === pane.sessionId ? "agent" : "none" }),
    ),
  ];
}
