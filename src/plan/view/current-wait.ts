import type { UnitWait } from "../../observed/types.ts";
import type { AgentView } from "./agent-view.ts";
import { unitPhase } from "./unit-phase.ts";

/** The properties of a kind of wait. */
interface WaitTraits {
  /** ActiveState of the unit during the wait. */
  readonly unitState: "activating" | "active" | "deactivating" | "inactive";
  /** True if the agent waits in a queue, whose place it loses by a restart. */
  readonly isQueued: boolean;
  /** True for a wait longer than any queue: an apply ends without it. */
  readonly outlastsApply: boolean;
}

/** The properties of each wait. A wait without a row does not compile. */
export const waitTraits: Readonly<Record<UnitWait["kind"], WaitTraits>> = {
  stop: { unitState: "deactivating", isQueued: false, outlastsApply: false },
  ready: { unitState: "activating", isQueued: false, outlastsApply: false },
  unready: { unitState: "active", isQueued: false, outlastsApply: false },
  turn: { unitState: "activating", isQueued: true, outlastsApply: false }, // except of a halted group
  limit: { unitState: "activating", isQueued: true, outlastsApply: true },
  dependency: { unitState: "inactive", isQueued: false, outlastsApply: false },
};

/** Returns the wait of the start script, if the state of the unit is the one it belongs to. */
export function currentWait({ unit, runtime }: AgentView): UnitWait | undefined {
  const wait = runtime?.wait;
  return wait !== undefined && unit?.active === waitTraits[wait.kind].unitState ? wait : undefined;
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
