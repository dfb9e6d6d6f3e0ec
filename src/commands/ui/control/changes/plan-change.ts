import { uiProblem } from "../../../../report/ui/fleet-rows.ts";
import { hostNotOnPage } from "../../../../report/ui/host-problems.ts";
import type { UiChange } from "../../../../ui/changes/ui-change.ts";
import type { ChangeTarget } from "../child/change-targets.ts";
import { askFleet } from "../child/fleet-child.ts";
import { planWordsFor } from "./change-words.ts";
import { planRollback } from "./plan-rollback.ts";
import { readPlan, type PlannedChange } from "./read-plan.ts";
import type { ChangeWorld } from "./world.ts";

/**
 * Makes the plan of a change on one machine, and changes nothing. The plan of an apply is saved at `path`. A change that
 * touches no running agent has none.
 */
export async function planChange(
  world: ChangeWorld,
  change: UiChange,
  target: ChangeTarget,
  path: string,
): Promise<PlannedChange> {
  const { exec, file, hosts } = world;
  const { host } = target;
  if (host !== null && !hosts().includes(host)) {
    const problems = [uiProblem(hostNotOnPage(host))];
    return { planned: { host, plan: null, problems, canRun: false }, sameness: "" };
  }
  const words = planWordsFor(change, target, file, path);
  if (words === undefined) return { planned: { host, plan: null, problems: [], canRun: true }, sameness: "" };
  const { revision } = change;
  if (revision !== undefined) return planRollback(world, revision, words);
  return readPlan(await askFleet(exec, words), host);
}
