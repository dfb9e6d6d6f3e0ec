import type { Observed } from "../../observed/types.ts";
import {
  inCrashLoop,
  changedPreconditions,
  type ChangedPrecondition,
  type Preconditions,
  isRunAction,
} from "./preconditions.ts";
import type { SavedAction } from "./saved-plan.ts";
import type { AgentPlan } from "../agent-plan.ts";
import type { Action, Plan } from "../types.ts";
import { unitPhase } from "../view/unit-phase.ts";

/** A difference that makes an action of a saved plan stale. `agent` is undefined for an action of all agents. */
export type StaleAction = Pick<SavedAction, "id" | "agent"> &
  (
    | ({ readonly kind: "precondition" } & ChangedPrecondition)
    /** The action is not to be done any more. */
    | { readonly kind: "not-due" }
  );

/** Returns the changed preconditions of an action, see changedPreconditions. */
export function staleParts(
  action: Action,
  before: Preconditions,
  now: Preconditions,
  earlier: readonly Action[] = [],
): readonly StaleAction[] {
  const { id, agent } = action;
  const changed = changedPreconditions(action, before, now, earlier);
  return changed.map((each) => ({ kind: "precondition", id, agent, ...each }));
}

/** The result of a saved plan on the current machine. */
export interface Match {
  /** The actions of the new plan to execute, by id, each with the confirmed preconditions. */
  readonly agreed: ReadonlyMap<string, Preconditions>;
  /** The differences that make the plan stale. They forbid all actions. */
  readonly moved: readonly StaleAction[];
  /** Dropped starts, because the unit runs, or systemd is about to start it. */
  readonly dropped: readonly SavedAction[];
}

/**
 * Compares a saved plan with the plan for the current machine. People confirm changes, so each change must
 * occur again with the same preconditions. Nobody confirms a crash: a start that only keeps the agent running
 * is dropped if it runs again or systemd starts it, and spoils nothing. Pure.
 */
export function matchSaved(
  saved: readonly SavedAction[],
  plan: Plan,
  facts: readonly Preconditions[],
  observed: Observed,
): Match {
  const now = new Map(
    plan.actions.map((action, index) => [action.id, { action, facts: facts[index] ?? {} }]),
  );
  const runs = new Set(plan.actions.filter(isRunAction).map(({ target }) => target));
  const waiting = new Set(plan.agents.filter(isWaiting).map(({ name }) => name));
  const agreed = new Map<string, Preconditions>();
  const moved: StaleAction[] = [];
  const dropped: SavedAction[] = [];
  for (const action of saved) {
    const found = now.get(action.id);
    if (found !== undefined) {
      agreed.set(action.id, action.fingerprint);
      moved.push(...staleParts(found.action, action.fingerprint, found.facts));
    } else if (isNeedless(action)) {
      if (action.kind !== "reset-failed") dropped.push(action);
    } else if (!takeStart(action)) {
      moved.push({ kind: "not-due", id: action.id, agent: action.agent });
    }
  }
  return { agreed, moved, dropped };

  function isNeedless({ kind, target, agent, reason }: SavedAction): boolean {
    if (kind === "reset-failed") return true; // Without a start it is for nothing.
    if (runs.has(target) || (agent !== undefined && waiting.has(agent))) return false;
    const phase = unitPhase(observed.units.get(target));
    if (phase === "restarting") return kind === "start" || kind === "restart";
    const isMending = kind === "start" && (reason === "failed" || reason === "not-running");
    return isMending && (phase === "running" || phase === "starting");
  }

  /**
   * Takes the restart of an agent in a crash loop as a start if systemd has given up since: there is nobody
   * to interrupt.
   */
  function takeStart({ kind, target, fingerprint }: SavedAction): boolean {
    const start = now.get(`start:${target}`);
    if (kind !== "restart" || fingerprint["failure"] !== inCrashLoop || start === undefined) return false;
    agreed.set(start.action.id, start.facts);
    return true;
  }
}

function isWaiting({ action }: AgentPlan): boolean {
  return action === "blocked" || action === "pending";
}
