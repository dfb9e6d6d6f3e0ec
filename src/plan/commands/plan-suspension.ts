import type { Layout } from "../../desired/layout.ts";
import { renderSuspension, suspensionPath, type Suspension } from "../../desired/marks/suspension.ts";
import type { Observed } from "../../observed/types.ts";
import { removeFileAction, writeFileAction } from "../actions.ts";
import { agentViews, type AgentView } from "../view/agent-view.ts";
import { blockedAgent, untouchedAgent } from "../blocked/blocked-agent.ts";
import type { AgentDiff } from "../agent-diff.ts";
import { folderHindrance } from "../view/folder-check.ts";
import { composePlan } from "../compose-plan.ts";
import type { Action, Plan } from "../types.ts";

/** Suspends the agents with these names, or replaces their suspension. */
export function planSuspension(
  layout: Layout,
  observed: Observed,
  suspension: Suspension,
  names: readonly string[],
): Plan {
  return suspensionPlan(layout, observed, names, (view) => {
    if (!view.owned) return blockedAgent(view, { reason: "missing" }, observed.now);
    return suspendAgent(view, suspension, layout);
  });
}

/** Suspends one agent, and changes nothing else of it. */
export function suspendAgent(view: AgentView, suspension: Suspension, layout: Layout): AgentDiff {
  const content = renderSuspension(suspension, view.name, layout);
  const path = suspensionPath(layout, view.name);
  const file = { role: "suspension", path, mode: 0o600, content } as const;
  return suspensionDiff(writeFileAction(file, { agent: view.name, reason: "requested" }), view, suspension);
}

/** Ends the suspension of the agents with these names. */
export function planResumption(layout: Layout, observed: Observed, names: readonly string[]): Plan {
  return suspensionPlan(layout, observed, names, (view) => {
    if (view.suspension === undefined) return untouchedAgent(view);
    const cause = { agent: view.name, reason: "requested" } as const;
    return suspensionDiff(
      removeFileAction(suspensionPath(layout, view.name), layout, cause),
      view,
      undefined,
    );
  });
}

function suspensionDiff(action: Action, view: AgentView, suspended: Suspension | undefined): AgentDiff {
  const change = { reason: "requested" } as const;
  const { name } = view;
  return {
    plan: { name, action: "change", ...change, cost: "none", changes: [change], suspended },
    actions: [action],
  };
}

function suspensionPlan(
  layout: Layout,
  observed: Observed,
  names: readonly string[],
  diff: (view: AgentView) => AgentDiff,
): Plan {
  const view = agentViews(observed, layout);
  const unsafe = folderHindrance(observed, layout);
  const diffs = names.map((name) =>
    unsafe === undefined ? diff(view(name)) : blockedAgent(view(name), unsafe, observed.now),
  );
  const agents = diffs.map(({ plan }) => plan);
  const actions = diffs.flatMap((each) => each.actions);
  return composePlan(layout, agents, actions);
}
