import type { Layout } from "../desired/layout.ts";
import type { Observed } from "../observed/types.ts";
import type { DesiredAgent } from "../desired/types.ts";
import type { AwaitedJob, Change } from "./change.ts";
import type { AgentPlan } from "./agent-plan.ts";
import type { Action, PlanOptions } from "./types.ts";

/** The plan for one agent, and its actions. */
export interface AgentDiff {
  readonly plan: AgentPlan;
  readonly actions: readonly Action[];
}

/** The data behind the plan for one agent, besides the agent. */
export interface DiffContext {
  readonly layout: Layout;
  readonly observed: Observed;
  readonly options: PlanOptions;
}

/** The same for declared agents, which may have to be started. */
export interface RunContext extends DiffContext {
  /** Returns an untouchable agent, if systemd would start it along with this one. */
  readonly untouchableAhead: (agent: string) => Change | undefined;
  /** Returns the jobs that must be completed before its start, and are not. */
  readonly jobsAhead: (agent: Pick<DesiredAgent, "awaits">) => readonly AwaitedJob[];
}
