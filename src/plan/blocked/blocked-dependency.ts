import type { DesiredAgent } from "../../desired/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { isCompleted } from "../view/completed.ts";
import type { DiffContext } from "../agent-diff.ts";
import { foreignObject } from "./foreign-things.ts";
import { unitOverrides } from "../in-force/unit-overrides.ts";
import { suspensionOf } from "./skip-suspended.ts";
import type { Change } from "../change.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/**
 * Returns a function that finds the first untouchable dependency of an agent, at any depth: systemd would
 * start it along with the agent, but it is suspended, it still runs on another host, or something under its name lacks
 * the fleet's mark.
 * Searches behind each agent once, and without recursion: a chain of dependencies may be longer than the
 * stack is deep.
 */
export function blockedDependencyFinder(
  agents: readonly DesiredAgent[],
  view: (name: string) => AgentView,
  context: DiffContext,
): (name: string) => Change | undefined {
  const declared = new Map(agents.map((agent) => [agent.name, agent]));
  const entered = new Set<string>();
  const found = new Map<string, Change>();
  return (name) => {
    if (!entered.has(name)) search(name);
    return found.get(name);
  };

  /** Settles an agent after its dependencies. */
  function search(start: string): void {
    const open = [start];
    for (let name = open.at(-1); name !== undefined; name = open.at(-1)) {
      const first = entered.has(name) ? [] : wantsOf(name).filter((wanted) => !entered.has(wanted));
      entered.add(name);
      for (const wanted of first.toReversed()) open.push(wanted);
      if (first.length > 0) continue;
      open.pop();
      const change = firstAhead(name);
      if (change !== undefined) found.set(name, change);
    }
  }

  function firstAhead(name: string): Change | undefined {
    for (const wanted of wantsOf(name)) {
      const agent = declared.get(wanted);
      if (agent === undefined) continue;
      const reason = whyUntouchable(agent, view(wanted), context);
      // systemd skips the start of a completed job.
      const isDown = !isUp(unitPhase(view(wanted).unit)) && !isCompleted(agent, view(wanted));
      if (reason !== undefined && isDown) return { reason, agent: wanted };
      const behind = reason === "dependency-not-ours" ? undefined : found.get(wanted);
      if (behind !== undefined) return behind;
    }
    return undefined;
  }

  function wantsOf(name: string): readonly string[] {
    return declared.get(name)?.wants ?? [];
  }
}

function whyUntouchable(
  agent: DesiredAgent,
  view: AgentView,
  { layout, observed }: DiffContext,
): "dependency-not-ours" | "dependency-suspended" | "dependency-elsewhere" | undefined {
  const isReplaced = unitOverrides(observed, layout)(agent.unit).replacedBy !== undefined;
  if (isReplaced || foreignObject(agent, view, layout) !== undefined) return "dependency-not-ours";
  if (suspensionOf(view, observed.now) !== undefined) return "dependency-suspended";
  return agent.arrivesFrom === undefined ? undefined : "dependency-elsewhere";
}
