import type { AgentView } from "../view/agent-view.ts";
import type { AgentDiff } from "../agent-diff.ts";
import type { Change } from "../change.ts";
import { stakeOf, type AgentPlan, type BlockedAgent, type PendingAgent } from "../agent-plan.ts";
import { blockedPlan } from "../blocked/blocked-agent.ts";
import { suspendedPlan } from "../blocked/skip-suspended.ts";
import { runsHere } from "../blocked/await-move.ts";
import { isStart } from "../actions.ts";
import type { Action } from "../types.ts";
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
    // Under its new name already, the other one is just a former agent to remove.
    if (old.length === 0 || runsHere(view(diff.plan.name))) continue;
    for (const each of takeOver(diff, old)) joined.set(each.plan.name, each);
  }
  return joined.size === 0 ? diffs : diffs.map((diff) => joined.get(diff.plan.name) ?? diff);
}

function takeOver(diff: AgentDiff, old: readonly AgentDiff[]): readonly AgentDiff[] {
  const { plan } = diff;
  if (plan.action === "blocked" || (plan.action === "pending" && plan.hold === "suspended")) {
    return holdRemovals(old, plan);
  }
  const wait = waitForJob(plan);
  if (wait !== undefined) return [{ plan: wait, actions: [] }, ...holdRemovals(old, wait)];
  // Without a start now, there is no place to take.
  if (!isDue(plan) || !diff.actions.some(isStart)) return [];
  const change = { reason: "takes-place", predecessors: old.map((each) => each.plan.name) } as const;
  const standing = old.map((each) => each.plan).find(isStanding);
  if (standing === undefined) return [afterThem(diff, plan, change)];
  // Without the end of one, the others would end for nothing.
  return [waitingFor(plan, standing, change), ...holdRemovals(old, standing)];
}

/** Returns the plan of a new agent after a job, as a waiting one; undefined for any other agent. */
function waitForJob(plan: AgentPlan): PendingAgent | undefined {
  if (plan.action === "pending") return plan.hold === "job" ? plan : undefined;
  const [job] = plan.changes;
  if (plan.action !== "add" || job?.reason !== "job-not-completed") return undefined;
  const wait = { hold: "job", awaiting: "add", atStake: undefined } as const;
  return { ...plan, action: "pending", reason: job.reason, ...wait };
}

/** The change of an agent that takes the place of others. */
type TakesPlace = Extract<Change, { readonly reason: "takes-place" }>;

/** An agent due for an action. */
type DuePlan = Exclude<AgentPlan, PendingAgent | BlockedAgent | { readonly action: "none" }>;

function isDue(plan: AgentPlan): plan is DuePlan {
  return plan.action !== "none" && !isStanding(plan);
}

/** Returns true for an agent that does not end now. */
function isStanding(plan: AgentPlan): plan is PendingAgent | BlockedAgent {
  return plan.action === "pending" || plan.action === "blocked";
}

/** Makes the removals among these agents wait, or blocks them, like another agent. */
function holdRemovals(old: readonly AgentDiff[], other: PendingAgent | BlockedAgent): readonly AgentDiff[] {
  return old.map((diff) =>
    diff.plan.action === "remove" ? { plan: heldLike(diff.plan, other), actions: [] } : diff,
  );
}

function heldLike(removal: DuePlan, other: PendingAgent | BlockedAgent): AgentPlan {
  const { suspended } = other;
  if (other.action === "blocked") {
    const [why = { reason: "place-blocked", agent: other.name } as const] = other.changes;
    return { ...blockedPlan(removal, why), suspended };
  }
  if (other.hold === "suspended") return suspendedPlan(removal, removal.reason, other.suspended);
  const { name, reason, changes } = removal;
  const { hold } = other;
  const atStake = stakeOf(removal);
  return {
    name,
    action: "pending",
    reason,
    cost: "none",
    hold,
    awaiting: "remove",
    atStake,
    suspended,
    changes,
  };
}

/** Returns the plan of an agent waiting for the end of another, or blocked together with it. */
function waitingFor(plan: DuePlan, standing: PendingAgent | BlockedAgent, change: TakesPlace): AgentDiff {
  if (standing.action === "blocked") {
    const why: Change = { reason: "place-blocked", agent: standing.name };
    return { plan: blockedPlan(plan, why), actions: [] };
  }
  const { name } = plan;
  const changes = [change];
  const waiting = { ...standing, name, reason: change.reason, changes };
  return {
    plan: waiting.hold === "suspended" ? waiting : { ...waiting, awaiting: plan.action },
    actions: [],
  };
}

/** Places an agent after the end of its predecessors, and drops its actions if one of them does not end. */
function afterThem({ actions }: AgentDiff, plan: DuePlan, change: TakesPlace): AgentDiff {
  return {
    plan: { ...plan, reason: change.reason, changes: [change, ...plan.changes] },
    actions: actions.map((action): Action => ({ ...action, after: change.predecessors })),
  };
}
