import type { AgentView } from "../view/agent-view.ts";
import type { AgentDiff } from "../agent-diff.ts";
import type { Change } from "../change.ts";
import type { Action, AgentPlan } from "../types.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";
import type { Renames } from "./find-renames.ts";

/**
 * Joins the plans of agents that are the same under another name. A declared agent that does not run yet is
 * added after the removal of its predecessor in the same plan, and waits or is blocked together with it. An
 * obstacle to the start of the new one also stops the end of the old one, so one of them runs, and never
 * both.
 */
export function joinRenames(
  diffs: readonly AgentDiff[],
  renames: Renames,
  view: (name: string) => AgentView,
): readonly AgentDiff[] {
  const byName = new Map(diffs.map((diff) => [diff.plan.name, diff]));
  const joined = new Map<string, AgentDiff>();
  for (const diff of diffs) {
    const old = renames.former(diff.plan.name).flatMap((name) => byName.get(name) ?? []);
    if (old.length === 0 || isAtWork(view(diff.plan.name))) continue;
    for (const each of takeOver(diff, old)) joined.set(each.plan.name, each);
  }
  return joined.size === 0 ? diffs : diffs.map((diff) => joined.get(diff.plan.name) ?? diff);
}

/** Returns true if it runs under its new name already. The other one is just a former agent to remove. */
function isAtWork({ unit, pane }: AgentView): boolean {
  return isUp(unitPhase(unit)) || (pane !== undefined && !pane.dead);
}

function takeOver(diff: AgentDiff, old: readonly AgentDiff[]): readonly AgentDiff[] {
  const { plan } = diff;
  if (plan.action === "blocked" || plan.hold === "suspended") {
    return old.map((each) => (each.plan.action === "remove" ? heldLike(each, plan) : each));
  }
  // Without a start now, there is no place to take.
  if (!diff.actions.some(isStart)) return [];
  const change: Change = {
    reason: "takes-place",
    predecessors: old.map((each) => each.plan.name),
  };
  const standing = old.find((each) => each.plan.action !== "remove");
  // Without the end of one, the others would end for nothing.
  if (standing !== undefined) {
    const { action: awaiting } = plan;
    const waiting = waitingFor(diff, standing.plan, change, awaiting);
    return [
      waiting,
      ...old.map((each) => (each.plan.action === "remove" ? heldLike(each, standing.plan) : each)),
    ];
  }
  return [afterThem(diff, old, change)];
}

function isStart({ kind }: Action): boolean {
  return kind === "start" || kind === "restart";
}

/** Makes an agent wait, or blocks it, like another agent. */
function heldLike({ plan }: AgentDiff, other: AgentPlan): AgentDiff {
  const isBlocked = other.action === "blocked";
  const [why] = other.changes;
  return {
    plan: {
      ...plan,
      action: isBlocked ? "blocked" : "pending",
      ...(isBlocked && why !== undefined ? { reason: why.reason, changes: [why] } : {}),
      cost: "none",
      hold: isBlocked ? undefined : other.hold,
      awaiting: isBlocked || other.hold === "suspended" ? undefined : "remove",
      suspended: other.suspended,
    },
    actions: [],
  };
}

function waitingFor(
  { plan }: AgentDiff,
  standing: AgentPlan,
  change: Change,
  awaiting: AgentPlan["action"],
): AgentDiff {
  const { hold, atStake, suspended } = standing;
  if (standing.action === "blocked") {
    const why: Change = { reason: "place-blocked", agent: standing.name };
    return {
      plan: { ...plan, action: "blocked", reason: why.reason, cost: "none", hold: undefined, changes: [why] },
      actions: [],
    };
  }
  const isNamed = awaiting !== "pending" && awaiting !== "blocked" && awaiting !== "none";
  return {
    plan: {
      ...plan,
      action: "pending",
      reason: change.reason,
      cost: "none",
      hold,
      awaiting: isNamed && hold !== "suspended" ? awaiting : undefined,
      suspended,
      atStake,
      changes: [change],
    },
    actions: [],
  };
}

/** Places an agent after the end of its predecessors, and drops its actions if one of them does not end. */
function afterThem({ plan, actions }: AgentDiff, old: readonly AgentDiff[], change: Change): AgentDiff {
  const after = old.map((each) => each.plan.name);
  const isNews = plan.action !== "none";
  return {
    plan: isNews ? { ...plan, reason: change.reason, changes: [change, ...plan.changes] } : plan,
    actions: actions.map((action): Action => ({ ...action, after })),
  };
}
