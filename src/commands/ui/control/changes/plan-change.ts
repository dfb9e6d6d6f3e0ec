import { uiProblem } from "../../../../report/ui/fleet-rows.ts";
import { hostNotOnPage } from "../../../../report/ui/host-problems.ts";
import type { UiChange } from "../../../../ui/changes/ui-change.ts";
import { planCommand } from "../../../plan/plan.ts";
import { answerOf } from "../../answers/answer-of.ts";
import type { ChangeTarget } from "../child/change-targets.ts";
import { askFleet } from "../child/fleet-child.ts";
import { printedJson } from "../child/printed-json.ts";
import { allowancesFor, planWordsFor } from "./change-words.ts";
import { planRollback } from "./plan-rollback.ts";
import { readPlan, type PlannedChange } from "./read-plan.ts";
import type { ChangeWorld } from "./world.ts";

/**
 * Makes the plan of a change on one machine, and changes nothing. The plan of an apply is saved at `path`. A change that
 * touches no running agent has none. The plans of `fleet plan` for this machine are made in this process, because a
 * program needs longer to start than to plan.
 */
export async function planChange(
  world: ChangeWorld,
  change: UiChange,
  target: ChangeTarget,
  path: string,
): Promise<PlannedChange> {
  const { file, hosts, shows } = world;
  const { host } = target;
  if (host !== null && !hosts().includes(host)) {
    const problems = [uiProblem(hostNotOnPage(host))];
    return { planned: { host, plan: null, problems, canRun: false }, sameness: "" };
  }
  if (change.revision !== undefined) return planRollback(world, change.revision, allowancesFor(change));
  if (change.verb === "apply" && host === null) return planHere(world, change, target.agents, path);
  const words = planWordsFor(change, target, file, path);
  if (words === undefined) return { planned: { host, plan: null, problems: [], canRun: true }, sameness: "" };
  const outcome = await askFleet(shows, words);
  return readPlan(printedJson(outcome), host, { outcome });
}

async function planHere(
  { file, machine, shows }: ChangeWorld,
  change: UiChange,
  names: readonly string[],
  path: string,
): Promise<PlannedChange> {
  const flags = { ...allowancesFor(change), out: path };
  const { value } = await answerOf(
    { machine, exec: shows, flags: { file } },
    (context) => planCommand(context, { names }, flags),
    false,
  );
  return readPlan(value, null);
}
