import type { Layout } from "../desired/layout.ts";
import type { Observed } from "../observed/types.ts";
import type { Change } from "./change.ts";
import type { Action, AgentPlan, PlanOptions } from "./types.ts";

/** The plan for one agent, and the actions that it takes. */
export interface AgentDiff {
  readonly plan: AgentPlan;
  readonly actions: readonly Action[];
}

/** Everything that the plan for one agent depends on besides the agent. */
export interface DiffContext {
  readonly layout: Layout;
  readonly observed: Observed;
  readonly options: PlanOptions;
}

/** For declared agents, which may have to be started. */
export interface RunContext extends DiffContext {
  /** An agent that may not be touched, and that systemd would start along with this one. */
  readonly untouchableAhead: (agent: string) => Change | undefined;
}
