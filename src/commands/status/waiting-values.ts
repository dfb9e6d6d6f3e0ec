import type { WaitingValue } from "../../diffs/plan/waiting-values.ts";
import type { Survey } from "../../observed/survey.ts";
import type { Plan } from "../../plan/types.ts";
import { agentViews } from "../../plan/view/agent-view.ts";

/**
 * Returns the running values of agents to be replaced by their waiting changes, by agent. Reads the environment of the
 * waiting agents only, and loads the code for it only if there are any.
 */
export async function readWaitingValues(
  plan: Plan,
  { observed, desired }: Survey,
): Promise<ReadonlyMap<string, readonly WaitingValue[]>> {
  if (!plan.agents.some(({ action }) => action === "pending" || action === "restart")) return new Map();
  const [{ waitingValues }, { runningEnvironment }] = await Promise.all([
    import("../../diffs/plan/waiting-values.ts"),
    import("../../observe/processes/running-environment.ts"),
  ]);
  const view = agentViews(observed, desired.layout);
  return waitingValues(plan, observed, desired.layout, (agent) => {
    const { pane } = view(agent);
    return pane === undefined || pane.dead ? undefined : runningEnvironment(pane.pid);
  });
}
