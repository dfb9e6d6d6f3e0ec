import type { UnitWait } from "../../observed/types.ts";
import type { AgentView } from "./agent-view.ts";
import { unitPhase } from "./unit-phase.ts";

/** The state of a unit during each wait. */
const stateOfWait = {
  stop: "deactivating",
  ready: "activating",
  unready: "active",
  turn: "activating",
  limit: "activating",
  dependency: "inactive",
} as const;

/** Returns the wait of the start script, if the state of the unit is the one it belongs to. */
export function currentWait({ unit, runtime }: AgentView): UnitWait | undefined {
  const wait = runtime?.wait;
  return wait !== undefined && unit?.active === stateOfWait[wait.kind] ? wait : undefined;
}

/**
 * Returns the wait of an agent: its own one, or the one for its dependencies. The second one is
 * as old as theirs.
 */
export function waitOf(
  view: AgentView,
  dependencies: readonly string[],
  viewOf: (name: string) => AgentView,
  nowMs: number,
): UnitWait | undefined {
  const own = currentWait(view);
  const isQueued = view.unit?.active === "inactive" && view.unit.job !== undefined;
  if (own !== undefined || !isQueued) return own;
  const awaited = dependencies.filter((name) => unitPhase(viewOf(name).unit) !== "running");
  if (awaited.length === 0) return undefined;
  const times = awaited.map((name) => currentWait(viewOf(name))?.sinceMs ?? nowMs);
  return { kind: "dependency", sinceMs: Math.min(...times), limitMs: 0, words: awaited.join(" ") };
}
