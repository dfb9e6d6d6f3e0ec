import { refusal, type Refusal } from "../allowances.ts";
import { naturally } from "../../text/natural-order.ts";
import { sharedPaths, type Layout } from "../../desired/layout.ts";
import { readMark } from "../../desired/marks/file-mark.ts";
import type { Observed } from "../../observed/types.ts";
import { daemonReloadAction, removeFileAction, resetFailedAction, stopAction } from "../actions.ts";
import { agentViews, isService, ownedNames, settingsFile, unknownNames } from "../view/agent-view.ts";
import type { DiffContext } from "../agent-diff.ts";
import { folderHindrance } from "../view/folder-check.ts";
import { foreignChange } from "../blocked/foreign-things.ts";
import { dependentsFirst } from "../agent/dependents-first.ts";
import { needsReload, orderActions } from "../order.ts";
import { keptLogNotes } from "../notes/log-notes.ts";
import { keptWorktreeNotes } from "../notes/worktree-notes.ts";
import { hindranceNote } from "../notes/notes.ts";
import { blockByFleet } from "../blocked/block-by-fleet.ts";
import { removeAgent } from "../agent/remove-agent.ts";
import { withKinds, reasonOf, type AgentPlan } from "../agent-plan.ts";
import { composePlan } from "../compose-plan.ts";
import { tmuxHindrance } from "../fleet/tmux-check.ts";
import type { Change } from "../change.ts";
import type { Note } from "../note.ts";
import type { Action, Plan, PlanOptions, Unmanaged } from "../types.ts";
import { hasToStop, unitPhase } from "../view/unit-phase.ts";
import { findUnmanaged } from "../fleet/unmanaged.ts";

/** Longest time for the holder's stop, ms: TimeoutStopSec= of its unit, and some. */
const holderStopTimeoutMs = 30_000;

/**
 * Removes everything of a fleet, the holder last. Keeps the holder and the shared files while foreign things
 * live in the same tmux server or use the same template.
 */
export function planDestroy(layout: Layout, observed: Observed, options: PlanOptions): Plan {
  const context: DiffContext = { layout, observed, options };
  const view = agentViews(observed, layout);
  const standing = folderHindrance(observed, layout) ?? unreadableShared(observed, layout);
  const hindrance = standing ?? tmuxHindrance(observed, layout);
  const diffs = naturally([...ownedNames(observed, layout), ...unknownNames(observed, layout)])
    .map((name) => removeAgent(view(name), { reason: "destroy" }, context))
    .map((diff) => {
      const own = isService(view(diff.plan.name)) ? standing : hindrance;
      return own === undefined ? diff : blockByFleet(diff, own);
    });
  const agents = withKinds(
    diffs.map(({ plan }) => plan),
    (name) => isService(view(name)),
  );
  const unmanaged = findUnmanaged(observed, layout, new Set());
  const stays = reasonToStay(agents.filter(({ action }) => action === "blocked").length, unmanaged, layout);
  const own = diffs.flatMap(({ actions }) => actions);
  const all = stays === undefined ? [...own, ...sharedRemoval(layout, observed)] : own;
  const reload = all.some(needsReload) || observed.reloadPending ? [daemonReloadAction("destroy")] : [];
  const ordered = standing === undefined ? orderActions([...all, ...reload], layout.holderUnit) : [];
  const actions = dependentsFirst(ordered, ({ agent }) =>
    agent === undefined ? undefined : settingsFile(view(agent)),
  );
  return composePlan(layout, agents, actions, {
    unmanaged,
    refusals: ownSessionRefusal(agents),
    notes: [
      ...(hindrance === undefined ? [] : [hindranceNote(hindrance, layout)]),
      ...(stays === undefined ? [] : [stays]),
      ...keptLogNotes(actions, layout, view, () => false),
      ...keptWorktreeNotes(actions, layout, view, { isDestroy: true }),
    ],
    hindrance: agents.length > 0 || (standing && all.length > 0) ? hindrance : undefined,
  });
}

/**
 * Returns an unreadable shared file: its owner is unknown, and so are the units to stop and the files to
 * remove.
 */
function unreadableShared({ files }: Observed, layout: Layout): Change | undefined {
  for (const path of sharedPaths(layout)) {
    const found = files.get(path);
    if (found?.kind === "unreadable") return foreignChange(path, found);
  }
  return undefined;
}

/** Refuses to destroy from inside an agent: the user would lose the session after all others are gone. */
function ownSessionRefusal(agents: readonly AgentPlan[]): readonly Refusal[] {
  const own = agents.find((agent) => reasonOf(agent) === "own-session");
  if (own === undefined) return [];
  return [refusal({ guard: "own-session", agent: own.name })];
}

function reasonToStay(
  blocked: number,
  unmanaged: readonly Unmanaged[],
  { socket }: Layout,
): Note | undefined {
  const users = unmanaged.flatMap(({ kind, name }) => (kind === "file" ? [] : [{ kind, name }]));
  if (users.length > 0) return { kind: "shared-stays", socket, users };
  return blocked > 0 ? { kind: "agents-stay", count: blocked } : undefined;
}

function sharedRemoval(layout: Layout, observed: Observed): readonly Action[] {
  const cause = { reason: "destroy" } as const;
  const paths = sharedPaths(layout).filter((path) => {
    const found = observed.files.get(path);
    return found?.kind === "file" && readMark(found.content)?.fleet === layout.fleet;
  });
  const holder = observed.units.get(layout.holderUnit);
  const holderIsOurs = paths.includes(layout.holderPath);
  return [
    ...(hasToStop(holder) && holderIsOurs
      ? [stopAction(layout.holderUnit, { ...cause, timeoutMs: holderStopTimeoutMs, cost: "none" })]
      : []),
    ...(unitPhase(holder) === "failed" && holderIsOurs ? [resetFailedAction(layout.holderUnit, cause)] : []),
    ...paths.map((path) => removeFileAction(path, layout, cause)),
  ];
}
