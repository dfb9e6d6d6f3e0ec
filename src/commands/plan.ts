import type { FleetConfig } from "../config/types.ts";
import { fail, type Result } from "../diagnostics/diagnostic.ts";
import { planFleet } from "../plan/plan-fleet.ts";
import { isSettled } from "../plan/summary.ts";
import type { Plan } from "../plan/types.ts";
import { planJson } from "../report/plan-json.ts";
import { planText } from "../report/plan-text.ts";
import { withDiffs } from "../report/with-diffs.ts";
import { report, type Context } from "./context.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { selectAgents } from "./select-agents.ts";
import { survey, type Survey } from "../observe/survey.ts";
import { readFleet } from "./read-fleet.ts";

export interface PlanFlags {
  readonly detailedExitcode?: boolean;
  readonly allowRemoveAll?: boolean;
  readonly allowSelf?: boolean;
  readonly now?: boolean;
  /** Where to save the plan. */
  readonly out?: string;
  /** A snapshot's file, or `empty`, to plan against instead of this machine. */
  readonly against?: string;
}

/** `fleet plan [AGENT…]`: shows what apply would do. Nothing that it imports can write or run verbs. */
export async function planCommand(
  context: Context,
  names: readonly string[],
  flags: PlanFlags,
): Promise<ExitCode> {
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const surveyed = await surveyFor(config.value, flags, context);
  if (!surveyed.ok) return report(context, surveyed.diagnostics);
  const only = selectAgents(names, surveyed.value);
  if (!only.ok) return report(context, only.diagnostics);

  const planned = planFleet(surveyed.value.desired, surveyed.value.observed, {
    only: only.value,
    now: flags.now ?? false,
    allowRemoveAll: flags.allowRemoveAll ?? false,
    allowSelf: flags.allowSelf ?? false,
  });
  const { notes = [] } = surveyed.value;
  const plan = await withDiffs({ ...planned, notes: [...planned.notes, ...notes] });
  context.output.text(planText(plan, context.output.colors, context.output.options.verbose));
  context.output.json(planJson(plan));
  if (flags.out !== undefined) {
    const { savePlan } = await import("./save-plan.ts");
    const saved = await savePlan(plan, surveyed.value, names, { ...flags, out: flags.out }, context);
    if (!saved.ok) return report(context, saved.diagnostics);
    context.output.remark(`Saved as ${flags.out}. To do exactly this: fleet apply ${flags.out}`);
  }
  return flags.detailedExitcode ? detailedExitCode(plan) : exitCodes.ok;
}

/** This machine, or what is to be taken for one. */
async function surveyFor(
  config: FleetConfig,
  { against, out }: PlanFlags,
  context: Context,
): Promise<Result<Survey & { readonly notes?: readonly string[] }>> {
  if (against === undefined) return survey(config, context);
  if (out !== undefined) {
    return fail("bad-usage", "a plan that was made against something else cannot be applied", {
      hint: "leave out --out, or --against",
    });
  }
  return (await import("../snapshot/survey-against.ts")).surveyAgainst(against, config, context.machine);
}

function detailedExitCode(plan: Plan): ExitCode {
  return isSettled(plan) ? exitCodes.ok : exitCodes.changesPending;
}
