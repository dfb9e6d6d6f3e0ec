import { inNaturalOrder } from "../../text/natural-order.ts";
import type { Desired, DesiredAgent } from "../../desired/types.ts";
import type { Policy } from "../../desired/marks/policy.ts";
import type { Observed } from "../../observed/types.ts";
import { daemonReloadAction, isStart, resetFailedAction, startAction } from "../actions.ts";
import { adoptAgent } from "../agent/adopt-agent.ts";
import {
  agentViews,
  isService,
  ownedNames,
  settingsFile,
  unknownNames,
  type AgentView,
} from "../view/agent-view.ts";
import { blockedAgent } from "../blocked/blocked-agent.ts";
import type { AgentDiff, DiffContext, RunContext } from "../agent-diff.ts";
import { diffAgent } from "../agent/diff-agent.ts";
import { diffShared } from "./diff-shared.ts";
import { hasSomethingToStop } from "../agent/stop-agent.ts";
import { endPolicies } from "../agent/end-policy.ts";
import { folderHindrance } from "../view/folder-check.ts";
import { awaitedJobFinder } from "../blocked/awaited-jobs.ts";
import { blockByFleet } from "../blocked/block-by-fleet.ts";
import { guardRefusals } from "./guards.ts";
import { keptLogNotes } from "./log-notes.ts";
import { keptWorktreeNotes } from "./worktree-notes.ts";
import { adoptionNotes, leftToSystemdNotes, otherFileNotes, planNotes } from "./notes.ts";
import { findDeviations } from "../in-force/deviations.ts";
import { replacedHolder } from "../in-force/replaced-holder.ts";
import { skipSuspended } from "../blocked/skip-suspended.ts";
import { dependentsFirst } from "../agent/dependents-first.ts";
import { needsReload, orderActions } from "../order.ts";
import { findRenames } from "../rename/find-renames.ts";
import { inheritCompletion } from "../rename/inherit-completion.ts";
import { lookAlikeNotes } from "../rename/look-alikes.ts";
import { joinRenames } from "../rename/take-over.ts";
import { selectionNotes } from "./selection-notes.ts";
import { planSocket } from "./plan-socket.ts";
import { removeAgent } from "../agent/remove-agent.ts";
import { withKinds } from "../with-kinds.ts";
import { summarize } from "../summary.ts";
import { socketRival, tmuxHindrance } from "./tmux-check.ts";
import type { Action, Plan, PlanOptions } from "../types.ts";
import { unitPhase } from "../view/unit-phase.ts";
import { findUnmanaged } from "./unmanaged.ts";
import { blockedDependencyFinder } from "../blocked/blocked-dependency.ts";
import { newerHindrance, versionNotes } from "./version-check.ts";

/**
 * Returns the smallest set of actions that brings the machine in line with fleet.yaml. Pure and
 * deterministic.
 */
export function planFleet(desired: Desired, observed: Observed, options: PlanOptions): Plan {
  const { layout } = desired;
  const first = planSocket(layout, observed, options);
  if (first !== undefined) return first;
  const view = agentViews(observed, layout);
  const basics = { layout, observed, options };
  const untouchableAhead = blockedDependencyFinder(desired.agents, view, basics);
  const jobsAhead = awaitedJobFinder(desired.agents, view, options);
  const context: RunContext = { ...basics, untouchableAhead, jobsAhead };
  const policy = endPolicies(desired, view);
  const declared = new Set(desired.agents.map(({ name }) => name));
  const logged = new Set(desired.agents.flatMap(({ name, log }) => (log === undefined ? [] : [name])));
  const owned = ownedNames(observed, layout);
  const present = new Set(owned.filter((name) => hasSomethingToStop(view(name))));
  const renames = findRenames(desired);
  // An agent is named by each of its names.
  const only = options.only && new Set([...options.only].map(renames.identity));
  const wanted = (name: string): boolean => only?.has(renames.identity(name)) ?? true;

  const isAdoption = options.intent === "adopt";
  const found = diffShared(desired, observed, isAdoption);
  const standing = folderHindrance(observed, layout) ?? found.foreign ?? replacedHolder(observed, layout);
  const newer = options.isWatch === true ? newerHindrance(observed, layout) : undefined;
  const ofAll = standing ?? newer;
  const hindrance = ofAll ?? tmuxHindrance(observed, layout) ?? socketRival(observed, layout);
  const services = new Set(
    desired.agents.filter(({ unitFile }) => unitFile !== undefined).map(({ name }) => name),
  );
  const isOfService = (name: string): boolean =>
    services.has(name) || (!declared.has(name) && isService(view(name)));
  const free = [
    ...desired.agents
      .filter(({ name }) => wanted(name))
      .map((agent) => {
        if (isAdoption) return adoptAgent(agent, view(agent.name), context);
        const inherited = inheritCompletion(agent, view, renames, context);
        if (inherited === undefined) return diffAgent(agent, view(agent.name), context);
        const diff = diffAgent(agent, inherited.view, context);
        return diff.plan.action === "add" ? { ...diff, actions: [inherited.action, ...diff.actions] } : diff;
      }),
    ...[...owned, ...unknownNames(observed, layout)]
      .filter((name) => !declared.has(name) && wanted(name))
      .map((name) => endUndeclared(view(name), context, policy(name), renames.successor(name))),
  ];
  const alone = free.map((diff) => skipSuspended(diff, view(diff.plan.name), context));
  const left = isAdoption ? alone : joinRenames(alone, renames, view);
  const diffs = left.map((diff) => {
    // Services need no tmux server.
    const own = isOfService(diff.plan.name) ? ofAll : hindrance;
    return own === undefined ? diff : blockByFleet(diff, own);
  });

  const agents = inNaturalOrder(
    withKinds(
      diffs.map(({ plan }) => plan),
      isOfService,
    ),
    ({ name }) => name,
  );
  const own = diffs.flatMap(({ actions }) => actions);
  // The first adopted agent takes over the shared files, too.
  const shared = isAdoption && own.length === 0 ? { changes: [], actions: [] } : found;
  const planned = [...shared.actions, ...own];
  const all = planned.filter(({ kind }) => kind !== "daemon-reload");
  const due = planned.find(({ kind }) => kind === "daemon-reload");
  const whole = [
    ...all,
    ...holderActions(all, observed, layout.holderUnit, isOfService),
    ...reloadAction(all, due, observed),
  ];
  // With an obstacle to agents alone, the services still get all that they need.
  const isFree = hindrance === undefined || (ofAll === undefined && own.length > 0);
  const ordered = isFree ? orderActions(whole, layout.holderUnit) : [];
  const actions = dependentsFirst(ordered, ({ agent }) =>
    agent === undefined ? undefined : settingsFile(view(agent)),
  );
  const held = ofAll === undefined ? left.filter(({ plan }) => !isOfService(plan.name)) : left;
  const isHeld =
    standing !== undefined || (!isFree && whole.length > 0) || held.some((diff) => diff.actions.length > 0);
  const aroundSelection = () => ({
    names: [...new Set([...declared, ...owned].map(renames.identity))],
    agents: desired.agents,
    isApply: options.intent === undefined,
    isSelected: wanted,
    view,
  });
  return {
    fleet: layout.fleet,
    socket: layout.socket,
    only: options.only && [...options.only],
    summary: summarize(agents, actions),
    agents,
    shared: isFree ? shared.changes : [],
    actions,
    unmanaged: findUnmanaged(observed, layout, declared),
    notes: [
      ...planNotes(desired, observed, shared.changes, hindrance),
      ...versionNotes(observed, layout, options.isWatch === true),
      ...(only === undefined || options.isOwnChoice ? [] : selectionNotes(left, aroundSelection())),
      ...leftToSystemdNotes(desired, observed, options),
      ...otherFileNotes(agents, observed),
      ...keptLogNotes(actions, layout, view, (name) => logged.has(name)),
      ...keptWorktreeNotes(actions, layout, view, { isDestroy: false }),
      ...adoptionNotes(left.map(({ plan }) => plan)),
      ...(hindrance === undefined ? lookAlikeNotes(agents, desired, view) : []),
    ],
    deviations: findDeviations(desired, observed, wanted),
    hindrance: isHeld ? hindrance : undefined,
    refusals: guardRefusals(
      agents,
      {
        declared: declared.size,
        owned: owned.length,
        kept: owned.filter((name) => declared.has(name)).length,
        appliedFile: observed.appliedFile,
        present,
      },
      options,
    ),
  };
}

/**
 * Removes undeclared agents, unless the user asked for something else. A restart or start may take their
 * place.
 */
function endUndeclared(
  view: AgentView,
  context: DiffContext,
  policy: Policy,
  successor: DesiredAgent | undefined,
): AgentDiff {
  const reason = "no-longer-declared";
  const { intent } = context.options;
  if (successor !== undefined && intent !== "adopt") {
    return removeAgent(view, { reason: "renamed", successor }, context, policy);
  }
  if (intent === undefined) return removeAgent(view, { reason }, context, policy);
  return blockedAgent(view, { reason }, context.observed.now);
}

/** Starts the holder with the first agent that needs it. Never restarts it. */
function holderActions(
  actions: readonly Action[],
  observed: Observed,
  holderUnit: string,
  isOfService: (name: string) => boolean,
): readonly Action[] {
  const phase = unitPhase(observed.units.get(holderUnit));
  const needsIt = (action: Action): boolean =>
    isStart(action) && (action.agent === undefined || !isOfService(action.agent));
  if (phase === "running" || !actions.some(needsIt)) return [];
  const cause = { reason: phase === "failed" ? "failed" : "not-running" } as const;
  return [
    ...(phase === "failed" ? [resetFailedAction(holderUnit, cause)] : []),
    startAction(holderUnit, cause),
  ];
}

/** Returns one reload for all unit texts and links together, and for other unread files (`due`). */
function reloadAction(
  actions: readonly Action[],
  due: Action | undefined,
  { reloadPending }: Observed,
): readonly Action[] {
  const cause = actions.find(needsReload) ?? due;
  if (cause === undefined && !reloadPending) return [];
  return [daemonReloadAction(cause?.reason ?? "reload-pending")];
}
