import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Emit } from "../events/apply-events.ts";
import type { Action, Plan } from "../plan/types.ts";
import type { StopSignals } from "../system/signals.ts";
import type { RunState } from "./run-state.ts";
import type { Target } from "./target.ts";
import type { LookAgain, Roll } from "./turns/roll.ts";
import type { StartTimes } from "./turns/starts.ts";

/**
 * A last check, just before actions are done: returns the objections. `done` are the earlier actions of this
 * run.
 */
export type Recheck = (actions: readonly Action[], done: readonly Action[]) => Promise<readonly Diagnostic[]>;

/** The checks of a run while it goes on. */
export interface RunChecks {
  readonly recheck?: Recheck | undefined;
  /**
   * A new look at agents with restarts in turns, before the turn of each, and at agents started since the plan.
   * Without one, only the first of those restart, and none of these.
   */
  readonly lookAgain?: LookAgain | undefined;
  /** The last starts of agents to restart, as observed for the plan. */
  readonly starts?: StartTimes | undefined;
}

/** A run under way, with everything its batches need. Batches under way next to each other share it. */
export interface CurrentRun extends RunChecks {
  /** Replaced as a whole after each step, from the state of that moment: other batches replace it too. */
  state: RunState;
  readonly plan: Plan;
  readonly target: Target;
  readonly emit: Emit;
  readonly stopSignals: StopSignals;
  readonly roll: Roll;
}
