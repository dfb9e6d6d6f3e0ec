import { killSession, stop, type Cause } from "../actions.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { Action } from "../types.ts";
import { isUp, mayOutliveStop, unitPhase } from "../view/unit-phase.ts";

/** True where there is something of an agent to end: its unit is up, or there is a session, of which it may be the last screen. */
export function hasSomethingToStop({ unit, sessions }: AgentView): boolean {
  return isUp(unitPhase(unit)) || sessions.length > 0;
}

/**
 * What ends an agent: a stop, if its unit is up, and the end of the sessions that this would leave. `stopTimeoutMs` is
 * how long the unit may take.
 */
export function stopActions(view: AgentView, cause: Cause, stopTimeoutMs: number): readonly Action[] {
  const { name, unitName, pane, sessions, runtime } = view;
  const phase = unitPhase(view.unit);
  const isLive = pane !== undefined && !pane.dead;
  const stays = mayOutliveStop(phase, runtime?.restarts ?? 0);
  // By its name, a unit finds the session that it has to close; a renamed one it does not.
  const left = sessions.filter((session) => stays || session.name !== name);
  if (!isUp(phase)) {
    return left.map(({ id }) =>
      killSession(id, { ...cause, cost: isLive && id === pane.sessionId ? "agent" : "none" }),
    );
  }
  return [
    stop(unitName, { ...cause, timeoutMs: stopTimeoutMs, cost: isLive ? "agent" : "none" }),
    ...left.map(({ id }) => killSession(id, { ...cause, cost: "none" })),
  ];
}
