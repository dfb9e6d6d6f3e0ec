import { agentUnit, type Layout } from "../desired/layout.ts";
import type { Observed } from "../observed/types.ts";
import { restartedBy } from "./actions.ts";
import { awaitedAction, waitTraitsOf } from "./agent-plan.ts";
import type { Plan } from "./types.ts";
import { unitPhase } from "./view/unit-phase.ts";

/** The agents with something left to do, by name, after some of a plan was done. */
export interface StillDue {
  /**
   * Agents to restart, or to start because they have failed since: if systemd has tried them again in vain, its tries are no
   * restarts.
   */
  readonly restarts: ReadonlySet<string>;
  /** Agents to start, because they do not run. */
  readonly starts: ReadonlySet<string>;
  /**
   * Agents whose start is under way: it is unknown yet whether they run as declared. And those that run by other files, and
   * that their policy lets nobody interrupt now: one in a crash loop is about to end by itself.
   */
  readonly unsettled: ReadonlySet<string>;
}

/** Returns the agents with something left to do, from a new plan. */
export function stillDue(
  { actions, agents }: Pick<Plan, "actions" | "agents">,
  { units }: Pick<Observed, "units">,
  layout: Layout,
): StillDue {
  const failed = actions.filter(({ kind, reason }) => kind === "start" && reason === "failed");
  const namesOf = (isMeant: (agent: Plan["agents"][number]) => boolean): ReadonlySet<string> =>
    new Set(agents.filter(isMeant).map(({ name }) => name));
  return {
    restarts: new Set([...restartedBy({ actions }), ...failed.flatMap(({ agent }) => agent ?? [])]),
    starts: namesOf(({ action }) => action === "start"),
    unsettled: namesOf(
      (agent) => unitPhase(units.get(agentUnit(layout, agent.name))) === "starting" || isLeftRunning(agent),
    ),
  };
}

/** Returns true for an agent that would restart, if its policy let anybody interrupt it now. */
function isLeftRunning(agent: Plan["agents"][number]): boolean {
  return waitTraitsOf(agent)?.isByPolicy === true && awaitedAction(agent) === "restart";
}
