import { startedPath, type Layout } from "../../desired/layout.ts";
import { modifiedMs } from "../../drivers/files/read.ts";
import type { Observed } from "../../observed/types.ts";
import type { Action, CallAction, Plan } from "../../plan/types.ts";
import { isFileAction } from "../../plan/actions.ts";
import { unitPhase, type UnitPhase } from "../../plan/view/unit-phase.ts";

/**
 * The last start of each agent, ms since the epoch; compare them only with each other, because clocks jump. "under-way" for a
 * start that was not over.
 */
export type StartTimes = ReadonlyMap<string, number | "under-way" | undefined>;

/** Returns the last start times of these actions' agents. */
export function startTimes(
  actions: readonly CallAction[],
  layout: Layout,
  read: (path: string) => number | undefined = modifiedMs,
): StartTimes {
  const names = actions.flatMap(({ agent }) => agent ?? []);
  return new Map(names.map((name) => [name, read(startedPath(layout, name))]));
}

/**
 * Returns the last starts of the agents a plan restarts, as observed for it. Leaves out agents without the start script's files.
 * Adds the agents whose start was under way, or whose end, if the plan changes their files: their start may join a run by the
 * files from before.
 */
export function observedStarts(
  { actions }: Pick<Plan, "actions">,
  { runtime, units }: Pick<Observed, "runtime" | "units">,
): StartTimes {
  const starts = new Map<string, number | "under-way" | undefined>();
  const changed = new Set(actions.filter(isFileAction).map(({ agent }) => agent));
  for (const { kind, agent = "", target, reason } of actions) {
    if (kind === "start" && changed.has(agent) && isBetweenRuns(unitPhase(units.get(target))))
      starts.set(agent, "under-way");
    if (kind !== "restart") continue;
    // A person who asks for a restart means another start than the present one.
    const isUnderWay = reason !== "requested" && unitPhase(units.get(target)) === "starting";
    if (isUnderWay) starts.set(agent, "under-way");
    else if (runtime.has(agent)) starts.set(agent, runtime.get(agent)?.startedMs);
  }
  return starts;
}

/** Returns true if a start of the unit joins another one. */
function isBetweenRuns(phase: UnitPhase): boolean {
  return phase === "starting" || phase === "stopping";
}

/**
 * Returns the restarts of agents that have started since the plan observed them, or were starting then: by systemd after a
 * failure, by a person, or by the last call of a killed run. A restart would end a run that is seconds old. And returns the
 * starts that may join another one.
 */
export function overtaken(
  actions: readonly Action[],
  starts: StartTimes,
  layout: Layout,
  read: (path: string) => number | undefined = modifiedMs,
): readonly Action[] {
  return actions.filter(({ kind, agent = "" }) => {
    if ((kind !== "restart" && kind !== "start") || !starts.has(agent)) return false;
    if (starts.get(agent) === "under-way") return true;
    if (kind === "start") return false;
    const startedMs = read(startedPath(layout, agent));
    return startedMs !== undefined && startedMs !== starts.get(agent);
  });
}
