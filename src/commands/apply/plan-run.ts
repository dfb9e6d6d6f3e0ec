import type { FleetConfig } from "../../config/types.ts";
import type { Inputs } from "../../desired/inputs.ts";
import type { Suspension } from "../../desired/marks/suspension.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { observedStarts, type StartTimes } from "../../apply/turns/starts.ts";
import { startsToRelease, type StartsToRelease } from "../../apply/turns/release-starts.ts";
import { survey } from "../../observe/survey.ts";
import type { Survey } from "../../observed/survey.ts";
import { allowedBy } from "../../plan/allowances.ts";
import { planStop } from "../../plan/commands/plan-stop.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import { unchangedAgents } from "../../plan/fleet/unchanged-agents.ts";
import type { Scope } from "../../plan/selection/candidates.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { stillDue, type StillDue } from "../../plan/still-due.ts";
import type { Plan, PlanOptions } from "../../plan/types.ts";
import type { Verb } from "../../report/apply/apply-text.ts";
import { checkSchedules, withNextRuns } from "../plan/check-schedules.ts";
import type { Context } from "../shared/context.ts";
import type { ApplyFlags } from "../shared/flags.ts";
import { firstRead } from "../shared/read-fleet.ts";
import { doubtsAbout, reportWarnings } from "../shared/reporting/report-doubts.ts";
import { selectAgents } from "../shared/select-agents.ts";

/** The flags, with the time of --until resolved. */
export interface WishFlags extends ApplyFlags {
  readonly suspension?: Suspension | undefined;
}

/**
 * The agents that patterns, labels and `--all` select. An apply of all is one of the whole fleet. A start of an agent
 * declared as stopped would only be refused.
 */
const scopes: Readonly<Record<Verb, Scope | undefined>> = {
  apply: undefined,
  start: "startable",
  restart: "startable",
  stop: "any",
  adopt: "declared",
};

/** A plan of a command, with everything its run needs. */
export interface PlannedRun {
  readonly plan: Plan;
  /** The fleet.yaml of the plan. */
  readonly config: FleetConfig;
  readonly inputs: Inputs;
  /** The agents it starts, if they take turns. */
  readonly released: StartsToRelease;
  /** The last starts of the agents it restarts. */
  readonly starts: StartTimes;
  readonly due: StillDue;
}

/** Makes the plan of a command for the machine as it is now. Asks for nothing, and changes nothing. */
export async function planRun(
  config: FleetConfig,
  context: Context,
  selection: Selection,
  flags: WishFlags,
  verb: Verb,
  select = (surveyed: Survey) => selectAgents(selection, surveyed, scopes[verb]),
): Promise<Result<PlannedRun>> {
  const ignoresWork = flags.now === true || verb !== "apply";
  const surveyed = await survey(
    config,
    { ...context, ignoresWork },
    verb === "apply" ? unchangedAgents : undefined,
  );
  if (!surveyed.ok) return surveyed;
  const only = await select(surveyed.value);
  if (!only.ok) return only;
  const { desired, observed } = surveyed.value;
  const scheduled = await checkSchedules(config, firstRead(context), context);
  if (!scheduled.ok) return scheduled;
  const makePlan = verb === "stop" ? planStop : planFleet;
  const planned = makePlan(desired, observed, {
    ...optionsOf(flags, only.value, verb),
    isOwnChoice: selection.isOwnChoice,
  });
  const plan = withNextRuns(planned, config, scheduled.value);
  const isAsked = verb === "start" || verb === "restart";
  return ok({
    plan,
    config,
    inputs: observed.inputs,
    released: startsToRelease(plan, desired, isAsked),
    starts: observedStarts(plan, observed),
    due: stillDue(plan, observed, desired.layout),
  });
}

function optionsOf(flags: WishFlags, only: PlanOptions["only"], verb: Verb): PlanOptions {
  return {
    only,
    keepDown: flags.suspension,
    intent: verb === "apply" ? undefined : verb,
    ...allowedBy(flags),
  };
}

/** Shows the same doubts about fleet.yaml and its envFiles as `fleet plan`. */
export async function warnOfDoubts(inputs: Inputs, context: Context): Promise<void> {
  const loaded = firstRead(context);
  if (loaded !== undefined) reportWarnings(await doubtsAbout(loaded, inputs), context);
}
