import { grouped } from "../../text/grouped.ts";
import type { ApplyOutcome } from "../../events/apply-events.ts";
import type { Survey } from "../../observed/survey.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import type { Change } from "../../plan/change.ts";
import type { AgentActionKind } from "../../plan/agent-plan.ts";
import type { Action, Plan } from "../../plan/types.ts";
import {
  pastActions,
  type ChangedEvent,
  type PastAction,
  type WatchEvent,
} from "../../events/watch-events.ts";

const pastOf: Readonly<Partial<Record<AgentActionKind, PastAction>>> = pastActions;

/**
 * Returns the changes made by an applied plan: one event for each shared file and for each agent with all its actions
 * done. Pure.
 */
export function changedEvents(
  plan: Plan,
  { done, killed = [] }: ApplyOutcome,
  { desired, observed }: Survey,
): readonly WatchEvent[] {
  const isDone = new Set<Action>(done);
  const areAllDone = (actions: readonly Action[]): boolean => actions.every((action) => isDone.has(action));
  const reloads = plan.actions.filter(({ kind }) => kind === "daemon-reload");
  const shared = plan.shared
    .filter((change) =>
      areAllDone([...plan.actions.filter(({ target }) => target === change.path), ...reloadFor(change)]),
    )
    .map((change): WatchEvent => ({ kind: "shared-changed", change }));
  const byAgent = grouped(plan.actions, ({ agent }) => agent);
  const agents = agentEvents(plan, { desired, observed }).filter(({ agent, changes }) =>
    areAllDone([...(byAgent.get(agent) ?? []), ...changes.flatMap(reloadFor)]),
  );
  /** Returns the reload for a change: it belongs to no agent, and is the only action for some changes. */
  function reloadFor({ reason }: Change): readonly Action[] {
    return reason === "not-loaded" || reason === "loaded-file-gone" ? reloads : [];
  }
  const times = new Map(killed.map(({ name, afterMs }) => [name, afterMs]));
  const told = agents.map((event) => {
    const killedAfterMs = times.get(event.agent);
    return killedAfterMs === undefined ? event : { ...event, killedAfterMs };
  });
  return [...shared, ...told];
}

/** Returns the changes a plan is about to make to agents it starts, in the form of reports. */
export function startEvents(
  plan: Plan,
  survey: Pick<Survey, "desired" | "observed">,
): readonly ChangedEvent[] {
  return agentEvents(plan, survey).filter(({ action }) => ["added", "restarted", "started"].includes(action));
}

function agentEvents(
  plan: Plan,
  { desired, observed }: Pick<Survey, "desired" | "observed">,
): readonly ChangedEvent[] {
  const view = agentViews(observed, desired.layout);
  return plan.agents.flatMap(({ name, action, changes }): ChangedEvent[] => {
    const past = pastOf[action];
    if (past === undefined) return [];
    // The end of a process leaves its session; a stop removes the session.
    const wasStopped = action === "start" && view(name).pane === undefined && isOnlyStopped(changes);
    return [{ kind: "changed", agent: name, action: past, changes, wasStopped }];
  });
}

function isOnlyStopped(changes: Plan["agents"][number]["changes"]): boolean {
  return changes.length > 0 && changes.every(({ reason }) => reason === "not-running");
}
