import { startedPath, type Layout } from "../../desired/layout.ts";
import { modifiedMs } from "../../drivers/files/read.ts";
import type { Observed } from "../../observed/types.ts";
import { restartedBy } from "../../plan/actions.ts";
import type { Action, CallAction, Plan } from "../../plan/types.ts";

/** The last start of each agent, ms since the epoch; compare them only with each other, because clocks jump. */
export type StartTimes = ReadonlyMap<string, number | undefined>;

/** Returns the last start times of these actions' agents. */
export function startTimes(
  actions: readonly CallAction[],
  layout: Layout,
  read: (path: string) => number | undefined = modifiedMs,
): StartTimes {
  const names = actions.flatMap(({ agent }) => agent ?? []);
  return new Map(names.map((name) => [name, read(startedPath(layout, name))]));
}

/** Returns the last starts of the agents that a plan restarts, as observed for it. Leaves out agents without the start script's files. */
export function observedStarts(plan: Plan, { runtime }: Pick<Observed, "runtime">): StartTimes {
  const names = [...restartedBy(plan)].filter((name) => runtime.has(name));
  return new Map(names.map((name) => [name, runtime.get(name)?.startedMs]));
}

/**
 * Returns the restarts of agents that have started since the plan observed them: by systemd after a failure, by a person, or
 * by the last call of a killed run. A restart would end a run that is seconds old.
 */
export function overtaken(
  actions: readonly Action[],
  starts: StartTimes,
  layout: Layout,
  read: (path: string) => number | undefined = modifiedMs,
): readonly Action[] {
  return actions.filter(({ kind, agent = "" }) => {
    if (kind !== "restart" || !starts.has(agent)) return false;
    const startedMs = read(startedPath(layout, agent));
    return startedMs !== undefined && startedMs !== starts.get(agent);
  });
}
