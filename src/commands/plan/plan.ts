import { fleetPlaces } from "../../config/file/places/fleet-places.ts";
import type { Note } from "../../plan/note.ts";
import type { PlanFlags } from "../shared/flags.ts";
import type { LoadedFleet } from "../../config/file/load.ts";
import { fail, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { checkUnitPath } from "../../observe/check-unit-path.ts";
import { allowedBy } from "../../plan/allowances.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import { unchangedAgents } from "../../plan/fleet/unchanged-agents.ts";
import { isInLine } from "../../plan/summary.ts";
import type { Plan } from "../../plan/types.ts";
import { lacksSomething, type SpotOf } from "../../report/plan/agents/missing-text.ts";
import { planJson } from "../../report/plan/plan-json.ts";
import { planText } from "../../report/plan/plan-text.ts";
import { savedLine } from "../../report/plan/saved-line.ts";
import { waitForReaders } from "../../report/terminal/print.ts";
import { attachDiffs } from "../../diffs/plan/attach-diffs.ts";
import { checkSchedules, withNextRuns } from "./check-schedules.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { heardPlan } from "../shared/heard.ts";
import { selectAgents } from "../shared/select-agents.ts";
import type { Survey } from "../../observed/survey.ts";
import { survey } from "../../observe/survey.ts";
import { readFleetFile } from "../shared/read-fleet.ts";
import { planFormats, type PlanFormat } from "../shared/plan-formats.ts";
import { doubtsAbout, reportWarnings } from "../shared/reporting/report-doubts.ts";
import { reportProblems } from "../shared/reporting/report-problems.ts";
import { entryByInstance } from "../../config/schema/replicas.ts";

/** Runs `fleet plan`: shows what apply would do. Nothing in its imports can write or run verbs. */
export async function planCommand(given: Context, selection: Selection, flags: PlanFlags): Promise<ExitCode> {
  waitForReaders();
  const { format = "text" } = flags;
  if (given.flags.json && flags.format !== undefined && planFormats[format].json === "never") {
    return report(given, [contradiction(format)]);
  }
  const { annotates } = planFormats[format];
  const context = annotates ? (await import("./show-plan.ts")).annotating(given) : given;
  const loaded = await readFleetFile(context);
  if (!loaded.ok) return report(context, loaded.diagnostics);
  const surveyed = await surveyFor(loaded.value, flags, context);
  if (!surveyed.ok) return report(context, surveyed.diagnostics);
  const only = await selectAgents(selection, surveyed.value);
  if (!only.ok) return report(context, only.diagnostics);

  const planned = planFleet(surveyed.value.desired, surveyed.value.observed, {
    only: only.value,
    ...allowedBy(flags),
    leaveToSystemd: flags.out !== undefined,
  });
  if (flags.against === undefined) {
    const { layout } = surveyed.value.desired;
    const reachable = await checkUnitPath(planned, { layout, exec: context.exec }, context.machine);
    if (!reachable.ok) return report(context, reachable.diagnostics);
  }
  const { notes = [], config } = surveyed.value;
  const scheduled = await checkSchedules(config, loaded.value, context);
  if (!scheduled.ok) return report(context, scheduled.diagnostics);
  const plan = withNextRuns({ ...planned, notes: [...planned.notes, ...notes] }, config, scheduled.value);
  if (flags.out !== undefined) {
    // Before any output, because there is only one: the plan, or the reason for the failure to save it.
    const { savePlan } = await import("./save-plan.ts");
    const whole = await attachDiffs(plan);
    const saved = await savePlan(whole, surveyed.value, selection, { ...flags, out: flags.out }, context);
    if (!saved.ok) return report(context, saved.diagnostics);
  }
  if (format === "text" || format === "json") await showBriefly(plan, loaded.value, context);
  else {
    const { showPlan } = await import("./show-plan.ts");
    await showPlan(format, { plan, surveyed: surveyed.value, loaded: loaded.value }, context);
  }
  // A snapshot knows nothing of the lines of envFiles.
  const inputs = flags.against === undefined ? surveyed.value.observed.inputs : {};
  reportWarnings(await doubtsAbout(loaded.value, inputs), context);
  if (!annotates) reportProblems(plan, context);
  if (flags.out !== undefined && context.caller?.onSaved === undefined)
    context.output.remark(savedLine(flags.out, plan.refusals.length > 0));
  return flags.detailedExitcode ? detailedExitCode(plan) : exitCodes.ok;
}

/** Shows a plan in the most frequent formats, which load nothing more. */
async function showBriefly(planned: Plan, loaded: LoadedFleet, context: Context): Promise<void> {
  const { output } = context;
  const plan = await attachDiffs(planned);
  const spotOf = plan.agents.some(lacksSomething) ? await spotsIn(loaded) : undefined;
  output.text(planText(await heardPlan(plan, context), output.colors, output.options.verbose, spotOf));
  output.json(planJson(plan));
}

/** Returns the lines of fleet.yaml. Loads the YAML parser only if there is a line to find. */
async function spotsIn(loaded: LoadedFleet): Promise<SpotOf> {
  const places = await fleetPlaces(loaded);
  const entryOf = entryByInstance(loaded.config.agents);
  return (agent, field) => {
    const place = places.field(entryOf.get(agent) ?? "", field).at(-1)?.place;
    return place && `${place.file}:${place.line}`;
  };
}

function contradiction(format: PlanFormat): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: `--json and --format ${format} contradict each other`,
    hint: "leave out one of them",
  };
}

/** Returns the survey of this machine, or of its substitute. */
async function surveyFor(
  loaded: LoadedFleet,
  { against, out }: PlanFlags,
  context: Context,
): Promise<Result<Survey & { readonly notes?: readonly Note[] }>> {
  if (against === undefined) return survey(loaded.config, context, unchangedAgents);
  if (out !== undefined) {
    return fail("bad-usage", "a plan that was made against something else cannot be applied", {
      hint: "leave out --out, or --against",
    });
  }
  return (await import("../../snapshot/survey-against.ts")).surveyAgainst(against, loaded, context.machine);
}

function detailedExitCode(plan: Plan): ExitCode {
  return isInLine(plan) ? exitCodes.ok : exitCodes.changesPending;
}
