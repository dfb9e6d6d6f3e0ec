import { naturally } from "../text/natural-order.ts";
import type { KilledAgent } from "../events/apply-events.ts";
import { killedPath, type Layout } from "../desired/layout.ts";
import { clockGrainMs, modifiedMs, readPath } from "../drivers/files/read.ts";
import type { Action } from "../plan/types.ts";

/**
 * Returns the agents that these actions had to kill, sorted by name. `sinceMs` is the start of the run, ms
 * since the epoch: the start script keeps a file for each such end, and an older file belongs to another run.
 */
export function killedAgents(
  actions: readonly Action[],
  layout: Layout,
  sinceMs: number,
): readonly KilledAgent[] {
  const names = actions.flatMap(({ kind, agent }) =>
    (kind === "stop" || kind === "restart") && agent !== undefined ? [agent] : [],
  );
  return naturally(new Set(names)).flatMap((name): KilledAgent[] => {
    const path = killedPath(layout, name);
    if ((modifiedMs(path) ?? 0) < sinceMs - clockGrainMs) return [];
    const file = readPath(path);
    const afterMs = file?.kind === "file" ? Number.parseInt(file.content, 10) : Number.NaN;
    return Number.isNaN(afterMs) ? [] : [{ name, afterMs }];
  });
}
