import { isOfConfig } from "../../desired/marks/completion.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { RunContext } from "../agent-diff.ts";
import type { AwaitedJob } from "../change.ts";
import type { PlanOptions } from "../types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { unitPhase } from "../view/unit-phase.ts";

/**
 * Returns a function to the jobs an agent waits for: they have not completed their declared work, or this plan runs
 * them again. systemd skips the start of the agent until each has its completion, so a restart would only end it.
 */
export function awaitedJobFinder(
  agents: readonly DesiredAgent[],
  view: (name: string) => AgentView,
  { intent, only }: PlanOptions,
): RunContext["jobsAhead"] {
  const declared = new Map(agents.map((agent) => [agent.name, agent]));
  return ({ awaits = [] }) =>
    awaits.filter((name) => !isCompletedJob(name)).map((name) => awaitedJob(view(name)));

  function isCompletedJob(name: string): boolean {
    const job = declared.get(name);
    const { completion } = view(name);
    if (job === undefined || completion === undefined || !isOfConfig(completion, job.config)) return false;
    const isRequested = (intent === "start" || intent === "restart") && (only?.has(name) ?? true);
    return !isRequested || job.state === "stopped";
  }
}

function awaitedJob({ name, unit, exitStatus }: AgentView): AwaitedJob {
  const phase = unitPhase(unit);
  const common = { reason: "job-not-completed", job: name } as const;
  if (phase === "failed") return { ...common, state: "failed", exitStatus };
  return { ...common, state: phase === "stopped" ? "stopped" : "running", exitStatus: undefined };
}
