import type { DesiredAgent } from "../../desired/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { isCompleted } from "../view/completed.ts";
import type { DiffContext } from "../agent-diff.ts";
import { foreignThing } from "./foreign-things.ts";
import { unitOverrides } from "../in-force/unit-overrides.ts";
import { suspensionOf } from "./skip-suspended.ts";
import type { Change } from "../change.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/**
 * Returns a function that finds the first untouchable dependency of an agent, at any depth: systemd would
 * start it along with the agent, but it is suspended, or something under its name lacks the fleet's mark.
 */
export function blockedDependencyFinder(
  agents: readonly DesiredAgent[],
  view: (name: string) => AgentView,
  context: DiffContext,
): (name: string) => Change | undefined {
  const declared = new Map(agents.map((agent) => [agent.name, agent]));
  const search = (name: string, seen: Set<string>): Change | undefined => {
    for (const wanted of declared.get(name)?.wants ?? []) {
      const agent = declared.get(wanted);
      if (agent === undefined || seen.has(wanted)) continue;
      seen.add(wanted);
      const reason = whyUntouchable(agent, view(wanted), context);
      // systemd skips the start of a completed job.
      const isDown = !isUp(unitPhase(view(wanted).unit)) && !isCompleted(agent, view(wanted));
      if (reason !== undefined && isDown) return { reason, agent: wanted };
      const behind = reason === "dependency-not-ours" ? undefined : search(wanted, seen);
      if (behind !== undefined) return behind;
    }
    return undefined;
  };
  return (name) => search(name, new Set());
}

function whyUntouchable(
  agent: DesiredAgent,
  view: AgentView,
  { layout, observed }: DiffContext,
): "dependency-not-ours" | "dependency-suspended" | undefined {
  const isReplaced = unitOverrides(observed, layout)(agent.unit).replacedBy !== undefined;
  if (isReplaced || foreignThing(agent, view, layout) !== undefined) return "dependency-not-ours";
  return suspensionOf(view, observed.now) && "dependency-suspended";
}
