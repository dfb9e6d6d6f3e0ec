import { daemonReloadAction, isStart, resetFailedAction, startAction } from "../actions.ts";
import { dependentsFirst } from "../agent/dependents-first.ts";
import { needsReload, orderActions } from "../order.ts";
import type { Action } from "../types.ts";
import { settingsFile } from "../view/agent-view.ts";
import { unitPhase } from "../view/unit-phase.ts";
import type { FleetView } from "./fleet-view.ts";

/** Returns the actions of all parts of a fleet with what they have in common: a start of the holder, and one reload. */
export function completeActions(parts: readonly Action[], fleet: FleetView): readonly Action[] {
  const own = parts.filter(({ kind }) => kind !== "daemon-reload");
  const due = parts.find(({ kind }) => kind === "daemon-reload");
  return [...own, ...holderActions(own, fleet), ...reloadAction(own, due, fleet.observed)];
}

/** Returns actions in the order of their execution. */
export function inOrder(
  actions: readonly Action[],
  { desired: { layout }, view }: FleetView,
): readonly Action[] {
  return dependentsFirst(orderActions(actions, layout.holderUnit), ({ agent }) =>
    agent === undefined ? undefined : settingsFile(view(agent)),
  );
}

/** Starts the holder with the first agent that needs it. Never restarts it. */
function holderActions(
  actions: readonly Action[],
  { desired: { layout }, observed, isOfService }: FleetView,
): readonly Action[] {
  const { holderUnit } = layout;
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
  { reloadPending }: FleetView["observed"],
): readonly Action[] {
  const cause = actions.find(needsReload) ?? due;
  if (cause === undefined && !reloadPending) return [];
  return [daemonReloadAction(cause?.reason ?? "reload-pending")];
}
