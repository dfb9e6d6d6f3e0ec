import { naturally } from "../../text/natural-order.ts";
import type { Desired, DesiredAgent } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import { agentViews, isService, settingsFile, type AgentView } from "../view/agent-view.ts";
import { blockedAgent, untouchedAgent } from "../blocked/blocked-agent.ts";
import type { AgentDiff, DiffContext } from "../agent-diff.ts";
import { ownSession } from "../blocked/obstacles.ts";
import { stopTimer } from "../agent/diff-timer.ts";
import { stopActions } from "../agent/stop-agent.ts";
import { blockByFleet } from "../blocked/block-by-fleet.ts";
import { atStake, costOfEnding } from "../view/at-stake.ts";
import { suspensionOf } from "../blocked/skip-suspended.ts";
import { hindranceNote } from "../notes/notes.ts";
import { dependentsFirst } from "../agent/dependents-first.ts";
import { orderActions } from "../order.ts";
import { stopTimeoutOf } from "../agent/remove-agent.ts";
import { findRenames, type Renames } from "../rename/find-renames.ts";
import { suspendAgent } from "./plan-suspension.ts";
import { planSocket } from "../fleet/plan-socket.ts";
import { withKinds } from "../agent-plan.ts";
import { composePlan } from "../compose-plan.ts";
import { tmuxHindrance } from "../fleet/tmux-check.ts";
import type { Note } from "../note.ts";
import type { Plan, PlanOptions } from "../types.ts";

/**
 * Stops the agents in `options.only`, also those that still run under a former name, and touches nothing
 * else: no file, no other agent. The next apply starts an agent declared as running again, unless it is
 * suspended.
 */
export function planStop(desired: Desired, observed: Observed, options: PlanOptions): Plan {
  const { layout } = desired;
  const first = planSocket(layout, observed, options);
  if (first !== undefined) return first;
  const context = { layout, observed, options };
  const view = agentViews(observed, layout);
  const hindrance = tmuxHindrance(observed, layout);
  const renames = findRenames(desired);
  const names = naturally(options.only ?? []).flatMap((name) => [
    name,
    ...renames.former(name).filter((former) => view(former).owned),
  ]);
  const declared = new Map(desired.agents.map((agent) => [agent.name, agent]));
  const diffs = [...new Set(names)]
    .map((name) => stopAgent(view(name), declared.get(renames.identity(name)), context))
    .map((diff) => keepDown(diff, view(diff.plan.name), context))
    .map((diff) =>
      hindrance === undefined || isService(view(diff.plan.name)) ? diff : blockByFleet(diff, hindrance),
    );
  const agents = withKinds(
    diffs.map(({ plan }) => plan),
    (name) => isService(view(name)),
  );
  const actions = dependentsFirst(
    orderActions(
      diffs.flatMap((diff) => diff.actions),
      layout.holderUnit,
    ),
    ({ agent }) => (agent === undefined ? undefined : settingsFile(view(agent))),
  );
  return composePlan(layout, agents, actions, {
    only: agents.map(({ name }) => name),
    notes: [
      ...(hindrance === undefined ? [] : [hindranceNote(hindrance, layout)]),
      ...comebackNotes(diffs, desired, renames),
    ],
    hindrance: agents.some(({ action }) => action === "blocked") ? hindrance : undefined,
  });
}

/** Adds the requested suspension to the stop of an agent, or suspends a stopped one. */
function keepDown(diff: AgentDiff, view: AgentView, { layout, options }: DiffContext): AgentDiff {
  const { keepDown: suspension } = options;
  if (suspension === undefined || diff.plan.action === "blocked" || !view.owned) return diff;
  const suspended = suspendAgent(view, suspension, layout);
  if (diff.plan.action === "none") return suspended;
  return {
    plan: { ...diff.plan, suspended: suspension },
    actions: [...diff.actions, ...suspended.actions],
  };
}

function stopAgent(view: AgentView, declared: DesiredAgent | undefined, context: DiffContext): AgentDiff {
  const { observed } = context;
  const cause = { agent: view.name, reason: "requested" } as const;
  const actions = [
    ...stopActions(view, cause, declared?.stopTimeoutMs ?? stopTimeoutOf(view)),
    ...stopTimer(view, context.layout, cause),
  ];
  if (actions.length === 0) return untouchedAgent(view);
  if (!view.owned) {
    return blockedAgent(view, { reason: "not-ours", kind: "unit", name: view.unitName }, observed.now);
  }
  if (declared?.protect || view.envMark?.protect || view.dropInMark?.protect || view.unitMark?.protect) {
    return blockedAgent(view, { reason: "protected", agent: view.name, by: "declared" }, observed.now);
  }
  const hindrance = ownSession(view, context);
  if (hindrance !== undefined) return blockedAgent(view, hindrance.change, observed.now);
  const stake = atStake(view.pane, observed.now);
  const change = { reason: cause.reason };
  return {
    plan: {
      name: view.name,
      action: "stop",
      ...change,
      ...costOfEnding(stake),
      suspended: suspensionOf(view, observed.now),
      changes: [change],
    },
    actions,
  };
}

/** Returns notes on agents with a surprising comeback. */
function comebackNotes(
  diffs: readonly AgentDiff[],
  { agents }: Desired,
  { identity }: Renames,
): readonly Note[] {
  const running = new Set(agents.filter(({ state }) => state === "running").map(({ name }) => name));
  const names = diffs
    .filter(({ plan }) => plan.action === "stop" && plan.suspended === undefined)
    .map(({ plan }) => identity(plan.name))
    .filter((name) => running.has(name));
  if (names.length === 0) return [];
  return [{ kind: "comes-back", agents: names }];
}
