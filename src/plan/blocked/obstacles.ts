import type { Change } from "../change.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { DiffContext, RunContext } from "../agent-diff.ts";
import { unitOverrides } from "../in-force/unit-overrides.ts";

/** Nothing is done, because of an obstacle. */
export interface BlockedRun {
  readonly kind: "blocked";
  readonly change: Change;
  /** Further reasons, to handle all at once. */
  readonly more?: readonly Change[] | undefined;
}

/** Refuses to end the session around this very command. */
export function ownSession(view: AgentView, { observed, options }: DiffContext): BlockedRun | undefined {
  const isInside =
    observed.selfUnit === view.unitName ||
    (observed.selfSession !== undefined && view.sessions.some(({ id }) => id === observed.selfSession));
  if (options.allowSelf || !isInside) return undefined;
  return { kind: "blocked", change: { reason: "own-session" } };
}

/** Returns the obstacle to a start. */
export function hindranceToStart(
  desired: DesiredAgent,
  view: AgentView,
  context: RunContext,
): BlockedRun | undefined {
  const ahead = context.untouchableAhead(desired.name);
  return unusableUnit(view, context) ?? unmetNeed(desired) ?? (ahead && { kind: "blocked", change: ahead });
}

/** Refuses to start a masked unit, as systemd does: a person must have masked it on purpose. */
function unusableUnit(
  { unit, unitName }: AgentView,
  { observed, layout }: DiffContext,
): BlockedRun | undefined {
  // The next daemon-reload forgets a removed mask.
  const isMasked =
    observed.inForce === undefined
      ? unit?.load === "masked"
      : unitOverrides(observed, layout)(unitName).maskedBy !== undefined;
  if (!isMasked) return undefined;
  return { kind: "blocked", change: { reason: "unit-masked", unit: unitName } };
}

export function unmetNeed(desired: DesiredAgent): BlockedRun | undefined {
  const [need, ...more] = desired.needs;
  return need && { kind: "blocked", change: need, ...(more.length === 0 ? {} : { more }) };
}
