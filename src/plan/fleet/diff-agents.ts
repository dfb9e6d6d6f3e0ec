import type { DesiredAgent } from "../../desired/types.ts";
import { adoptAgent } from "../agent/adopt/adopt-agent.ts";
import { diffAgent } from "../agent/diff-agent.ts";
import { endPolicies } from "../agent/end-policy.ts";
import { removeAgent } from "../agent/remove-agent.ts";
import type { AgentDiff, RunContext } from "../agent-diff.ts";
import { awaitMove } from "../blocked/await-move.ts";
import { awaitedJobFinder } from "../blocked/awaited-jobs.ts";
import { blockedAgent } from "../blocked/blocked-agent.ts";
import { blockedDependencyFinder } from "../blocked/blocked-dependency.ts";
import { skipSuspended } from "../blocked/skip-suspended.ts";
import { inheritCompletion } from "../rename/inherit-completion.ts";
import { joinRenames } from "../rename/join-renames.ts";
import { unknownNames } from "../view/agent-view.ts";
import type { FleetView } from "./fleet-view.ts";

/** Returns the plans of all selected agents, declared or not, without the obstacles of the whole fleet. */
export function diffAgents(fleet: FleetView): readonly AgentDiff[] {
  const { desired, observed, options, view, renames, declared, owned, isSelected } = fleet;
  const context = runContext(fleet);
  const policy = endPolicies(desired, view);
  const isAdoption = options.intent === "adopt";
  const found = [
    ...desired.agents
      .filter(({ name }) => isSelected(name))
      .map((agent) =>
        isAdoption ? adoptAgent(agent, view(agent.name), context) : runAgent(agent, fleet, context),
      ),
    ...[...owned, ...unknownNames(observed, desired.layout)]
      .filter((name) => !declared.has(name) && isSelected(name))
      .map((name) => {
        const successor = isAdoption ? undefined : renames.successor(name);
        if (successor !== undefined)
          return removeAgent(view(name), { reason: "renamed", successor }, context, policy(name));
        const cause = { reason: "no-longer-declared" } as const;
        // A command about other agents leaves these.
        return options.intent === undefined
          ? removeAgent(view(name), cause, context, policy(name))
          : blockedAgent(view(name), cause, observed.now);
      }),
  ];
  const diffs = found.map((diff) => skipSuspended(diff, view(diff.plan.name), context));
  return isAdoption ? diffs : joinRenames(diffs, renames, view);
}

function runContext({ desired: { agents, layout }, observed, options, view }: FleetView): RunContext {
  const basics = { layout, observed, options };
  return {
    ...basics,
    untouchableAhead: blockedDependencyFinder(agents, view, basics),
    jobsAhead: awaitedJobFinder(agents, view, options),
  };
}

/** Returns the plan of a declared agent. A job keeps the completion of its work under a former name. */
function runAgent(
  agent: DesiredAgent,
  { view, renames }: Pick<FleetView, "view" | "renames">,
  context: RunContext,
): AgentDiff {
  const own = view(agent.name);
  if (agent.arrivesFrom !== undefined)
    return awaitMove(diffAgent(agent, own, context), agent.arrivesFrom, own);
  const inherited = inheritCompletion(agent, view, renames, context);
  if (inherited === undefined) return diffAgent(agent, own, context);
  const diff = diffAgent(agent, inherited.view, context);
  return diff.plan.action === "add" ? { ...diff, actions: [inherited.action, ...diff.actions] } : diff;
}
