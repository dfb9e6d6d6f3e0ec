import type { ApplyOutcome } from "../../events/apply-events.ts";
import type { Survey } from "../../observed/survey.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import type { Change } from "../../plan/change.ts";
import type { Action, AgentActionKind, Plan } from "../../plan/types.ts";
import type { PastAction, WatchEvent } from "../../events/watch-events.ts";

const pastOf: Readonly<Partial<Record<AgentActionKind, PastAction>>> = {
  add: "added",
  change: "changed",
  restart: "restarted",
  start: "started",
  stop: "stopped",
  remove: "removed",
};

/** What a plan that was carried out has changed: one event a shared file and an agent of which all was done. Pure. */
export function changedEvents(
  plan: Plan,
  { done, killed = [] }: ApplyOutcome,
  { desired, observed }: Survey,
): readonly WatchEvent[] {
  const isDone = new Set<Action>(done);
  const whole = (actions: readonly Action[]): boolean => actions.every((action) => isDone.has(action));
  const shared = plan.shared
    .filter((change) =>
      whole([...plan.actions.filter(({ target }) => target === change.path), ...reloadFor(change)]),
    )
    .map((change): WatchEvent => ({ kind: "shared-changed", change }));
  const agents = agentEvents(plan, { desired, observed }).filter(({ agent, changes }) =>
    whole([...plan.actions.filter((action) => action.agent === agent), ...changes.flatMap(reloadFor)]),
  );
  /** A reload is nobody's own, and for some changes all that is done. */
  function reloadFor({ reason }: Change): readonly Action[] {
    return reason === "not-loaded" || reason === "loaded-file-gone"
      ? plan.actions.filter(({ kind }) => kind === "daemon-reload")
      : [];
  }
  const times = new Map(killed.map(({ name, afterMs }) => [name, afterMs]));
  const told = agents.map((event) => {
    const killedAfterMs = times.get(event.agent);
    return killedAfterMs === undefined ? event : { ...event, killedAfterMs };
  });
  return [...shared, ...told];
}

/** What a plan is about to change of agents that it starts, as it would be told. */
export function startEvents(
  plan: Plan,
  survey: Pick<Survey, "desired" | "observed">,
): readonly ChangedEvent[] {
  return agentEvents(plan, survey).filter(({ action }) => ["added", "restarted", "started"].includes(action));
}

type ChangedEvent = Extract<WatchEvent, { kind: "changed" }>;

function agentEvents(
  plan: Plan,
  { desired, observed }: Pick<Survey, "desired" | "observed">,
): readonly ChangedEvent[] {
  const view = agentViews(observed, desired.layout);
  return plan.agents.flatMap(({ name, action, changes }): ChangedEvent[] => {
    const past = pastOf[action];
    if (past === undefined) return [];
    // What ends by itself leaves its session; a stop takes it along.
    const wasStopped = action === "start" && view(name).pane === undefined && isOnlyStopped(changes);
    return [{ kind: "changed", agent: name, action: past, changes, wasStopped }];
  });
}

function isOnlyStopped(changes: Plan["agents"][number]["changes"]): boolean {
  return changes.length > 0 && changes.every(({ reason }) => reason === "not-running");
}
