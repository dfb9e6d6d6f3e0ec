import type { Layout } from "../desired/layout.ts";
import { readMark } from "../desired/marks.ts";
import type { Observed } from "../observe/types.ts";
import { daemonReload, removeFile, resetFailed, stop } from "./actions.ts";
import { agentViews, ownedNames } from "./agent-view.ts";
import type { DiffContext } from "./diff-agent.ts";
import { needsReload, orderActions } from "./order.ts";
import { hindranceNote } from "./notes.ts";
import { holdBack } from "./hold-back.ts";
import { removeAgent } from "./remove-agent.ts";
import { summarize } from "./summary.ts";
import { tmuxHindrance } from "./tmux-check.ts";
import type { Action, Plan, PlanOptions, Unmanaged } from "./types.ts";
import { isUp, unitPhase } from "./unit-state.ts";
import { findUnmanaged } from "./unmanaged.ts";

/** How long the holder may take to stop, ms: TimeoutStopSec= of its unit, and some. */
const holderStopTimeoutMs = 30_000;

/**
 * Removes everything of a fleet, the holder last. While something that is not the fleet's own lives in the same tmux
 * server or uses the same template, the holder and the shared files stay.
 */
export function planDestroy(layout: Layout, observed: Observed, options: PlanOptions): Plan {
  const context: DiffContext = { layout, observed, options };
  const view = agentViews(observed, layout);
  const hindrance = tmuxHindrance(observed, layout);
  const diffs = ownedNames(observed, layout)
    .map((name) => removeAgent(view(name), "destroy", context))
    .map((diff) => (hindrance === undefined ? diff : holdBack(diff, hindrance)));
  const agents = diffs.map(({ plan }) => plan);
  const unmanaged = findUnmanaged(observed, layout, new Set());
  const stays = reasonToStay(agents.filter(({ action }) => action === "blocked").length, unmanaged);
  const own = diffs.flatMap(({ actions }) => actions);
  const all = stays === undefined ? [...own, ...sharedRemoval(layout, observed)] : own;
  const reload = all.some(needsReload) || observed.reloadPending ? [daemonReload("destroy")] : [];
  const actions = orderActions([...all, ...reload], layout.holderUnit);
  return {
    fleet: layout.fleet,
    socket: layout.socket,
    summary: summarize(agents, actions),
    agents,
    shared: [],
    actions,
    unmanaged,
    notes: [
      ...(hindrance === undefined ? [] : [hindranceNote(hindrance, layout)]),
      ...(stays === undefined ? [] : [`The holder and the shared files stay: ${stays}.`]),
    ],
    hindrance: agents.length > 0 ? hindrance : undefined,
    refusals: [],
  };
}

function reasonToStay(blocked: number, unmanaged: readonly Unmanaged[]): string | undefined {
  const users = unmanaged.filter(({ kind }) => kind !== "file").map(({ kind, name }) => `${kind} ${name}`);
  if (users.length > 0) return `not of this fleet, but living on it: ${users.join(", ")}`;
  if (blocked > 0) return blocked === 1 ? "one agent stays" : `${blocked} agents stay`;
  return undefined;
}

function sharedRemoval(layout: Layout, observed: Observed): readonly Action[] {
  const cause = { reason: "destroy" } as const;
  const paths = [layout.holderPath, layout.templatePath, layout.scriptPath].filter((path) => {
    const found = observed.files.get(path);
    return found?.kind === "file" && readMark(found.content)?.fleet === layout.fleet;
  });
  const phase = unitPhase(observed.units.get(layout.holderUnit));
  const holderIsOurs = paths.includes(layout.holderPath);
  return [
    ...(isUp(phase) && holderIsOurs
      ? [stop(layout.holderUnit, { ...cause, timeoutMs: holderStopTimeoutMs, cost: "none" })]
      : []),
    ...(phase === "failed" && holderIsOurs ? [resetFailed(layout.holderUnit, cause)] : []),
    ...paths.map((path) => removeFile(path, layout, cause)),
  ];
}
