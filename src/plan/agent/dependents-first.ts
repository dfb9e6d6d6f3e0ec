import type { ObservedFile } from "../../observed/types.ts";
import type { Action } from "../types.ts";

/**
 * Puts the stop of an agent behind the stops of the agents depending on it, and its restart behind their restarts.
 * systemctl queues a job for each unit in turn, and systemd begins a job unless a queued one comes first. So a call
 * that named the dependency first would end it first. `dropInOf` returns the drop-in that systemd has read for a unit.
 */
export function dependentsFirst(
  actions: readonly Action[],
  dropInOf: (action: Action) => ObservedFile | undefined,
): readonly Action[] {
  const ends = actions.filter(stopsUnit);
  if (ends.length < 2) return actions;
  const dependents = dependentsOf(ends, dropInOf);
  if (dependents.size === 0) return actions;
  const ordered = (["stop", "restart"] as const).flatMap((kind) =>
    dependentsInOrder(
      ends.filter((action) => action.kind === kind),
      dependents,
    ),
  );
  let next = 0;
  return actions.map((action) => (stopsUnit(action) ? (ordered[next++] ?? action) : action));
}

function stopsUnit({ kind }: Action): boolean {
  return kind === "stop" || kind === "restart";
}

/** Returns the units that come after each of these units, by unit. */
function dependentsOf(
  ends: readonly Action[],
  dropInOf: (action: Action) => ObservedFile | undefined,
): ReadonlyMap<string, readonly string[]> {
  const units = new Set(ends.map(({ target }) => target));
  const dependents = new Map<string, string[]>();
  for (const action of ends) {
    const file = dropInOf(action);
    const after = file?.kind === "file" ? (/^After=(.*)$/m.exec(file.content)?.[1] ?? "") : "";
    for (const unit of after.split(" ")) {
      if (units.has(unit)) dependents.set(unit, [...(dependents.get(unit) ?? []), action.target]);
    }
  }
  return dependents;
}

/** Returns the actions in their order, each behind its dependents. */
function dependentsInOrder(
  actions: readonly Action[],
  dependents: ReadonlyMap<string, readonly string[]>,
): readonly Action[] {
  const byUnit = new Map(actions.map((action) => [action.target, action]));
  const ordered = new Set<Action>();
  const begun = new Set<string>();
  const addWithDependents = (action: Action): void => {
    if (begun.has(action.target)) return;
    begun.add(action.target);
    for (const unit of dependents.get(action.target) ?? []) {
      const dependent = byUnit.get(unit);
      if (dependent !== undefined) addWithDependents(dependent);
    }
    ordered.add(action);
  };
  for (const action of actions) addWithDependents(action);
  return [...ordered];
}
