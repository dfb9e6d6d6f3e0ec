import { allowanceNames, allowances } from "../../plan/allowances.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { checkUnitPath } from "../../observe/check-unit-path.ts";
import type { Recheck } from "../../apply/current-run.ts";
import type { LookAgain } from "../../apply/turns/roll.ts";
import { stillDue } from "../../plan/still-due.ts";
import type { FleetConfig } from "../../config/types.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Survey } from "../../observed/survey.ts";
import { survey } from "../../observe/survey.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import { parseSelector } from "../../plan/selection/label-selector.ts";
import { matchSaved, staleParts, type Match } from "../../plan/saved/match-saved.ts";
import { parseSavedPlan, type SavedPlan } from "../../plan/saved/saved-plan.ts";
import type { Plan } from "../../plan/types.ts";
import { isAlreadyApplied, restrictPlan } from "../../plan/saved/restrict-plan.ts";
import {
  nothingLeft,
  refusalProblem,
  staleAgents,
  stalePlan,
} from "../../report/apply/saved-plan-problems.ts";
import { planText } from "../../report/plan/plan-text.ts";
import { attachDiffs } from "../../diffs/plan/attach-diffs.ts";
import { machineKey } from "../../system/machine-key.ts";
import { report, type Context } from "../shared/context.ts";
import { execute } from "./execute.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { ApplyFlags } from "../shared/flags.ts";
import { withFleetLock } from "../shared/with-fleet-lock.ts";
import { reportOutcome } from "./confirm-and-apply.ts";
import { preconditionsNow, here } from "../plan/save-plan.ts";
import { heardPlan } from "../shared/heard.ts";
import { reportMachine } from "./report-machine.ts";
import { selectAgents } from "../shared/select-agents.ts";
import { checkWatchVersion } from "./check-watch-version.ts";

/**
 * Runs `fleet apply PLANFILE`: applies the saved plan or nothing. Does not ask, because the plan was
 * reviewed. Makes the plan again from the same file and with the same options: each action must occur again with the
 * same preconditions, checked once more just before the action. Other changes of the machine do not matter.
 */
export async function applySavedPlan(
  { path, text }: { readonly path: string; readonly text: string },
  context: Context,
  flags: ApplyFlags,
): Promise<ExitCode> {
  const saved = parseSavedPlan(text, path, here(context), machineKey());
  if (!saved.ok) return report(context, saved.diagnostics);
  const file = context.flags.file ?? saved.value.origin.file;
  const there: Context = { ...context, flags: { ...context.flags, file } };
  return withFleetLock(there, `fleet apply ${path}`, flags, ({ config }) =>
    planAndApply(saved.value, path, config, there),
  );
}

/** Returns the flags that would change a saved plan, as written. */
export function planFlags(flags: ApplyFlags): readonly string[] {
  const allowing = allowanceNames.filter((name) => flags[name] !== undefined);
  return [
    ...allowing.map((name) => allowances[name].flag),
    ...(flags.selector === undefined ? [] : ["--selector"]),
    ...(flags.all === undefined ? [] : ["--all"]),
    ...(flags.waitIdle === undefined ? [] : ["--wait-idle"]),
  ];
}

async function planAndApply(
  saved: SavedPlan,
  path: string,
  config: FleetConfig,
  context: Context,
): Promise<ExitCode> {
  const { origin } = saved;
  if (config.name !== origin.fleet) {
    return report(context, [
      stalePlan([{ kind: "other-fleet", declared: config.name, planned: origin.fleet }], path),
    ]);
  }
  const fresh = await planAgain(saved, config, context);
  if (!fresh.ok) return report(context, fresh.diagnostics);
  const { surveyed, plan } = fresh.value;
  const facts = await preconditionsNow(plan.actions, surveyed, context);
  if (!facts.ok) return report(context, facts.diagnostics);
  if (isAlreadyApplied(saved, plan)) return report(context, [nothingLeft(path)]);
  const match = matchSaved(saved.actions, plan, facts.value, surveyed.observed);
  if (match.moved.length > 0) return report(context, [staleAgents(match.moved, saved, path)]);
  if (plan.refusals.length > 0)
    return report(
      context,
      plan.refusals.map((refusal) => refusalProblem(refusal)),
    );
  const place = { layout: surveyed.desired.layout, exec: context.exec };
  const reachable = await checkUnitPath(plan, place, context.machine);
  if (!reachable.ok) return report(context, reachable.diagnostics);
  for (const { target } of match.dropped) {
    context.output.remark(`No longer needed: start ${target}. It runs, or systemd is about to start it.`);
  }
  const agreed = await attachDiffs(restrictPlan(plan, match.agreed));
  return runSaved(agreed, match.agreed, { path, saved }, { config, surveyed }, context);
}

/** Wait for the end of an agent, and time between two observations, ms. */
const endingMs = { most: 3_000, between: 100 };

/**
 * Observes the machine once no agent of these actions is about to end. An agent in a crash loop is about to
 * end for a moment after each crash: the plan has nothing for it then, and its dead pane would make the saved
 * plan stale.
 */
async function settledSurvey(
  actions: readonly { readonly agent?: string | undefined }[],
  config: FleetConfig,
  context: Context,
): Promise<Result<Survey>> {
  const owners = [...new Set(actions.map(({ agent }) => agent))].filter((agent) => agent !== undefined);
  const began = performance.now();
  for (;;) {
    const surveyed = await survey(config, context);
    if (!surveyed.ok || performance.now() - began > endingMs.most) return surveyed;
    const view = agentViews(surveyed.value.observed, surveyed.value.desired.layout);
    if (!owners.some((name) => unitPhase(view(name).unit) === "stopping")) return surveyed;
    await sleep(endingMs.between);
  }
}

async function planAgain(
  saved: SavedPlan,
  config: FleetConfig,
  context: Context,
): Promise<Result<{ readonly surveyed: Survey; readonly plan: Plan }>> {
  const { origin } = saved;
  const surveyed = await settledSurvey(saved.actions, config, context);
  if (!surveyed.ok) return surveyed;
  const labels = origin.selector === undefined ? ok(undefined) : parseSelector(origin.selector);
  if (!labels.ok) return labels;
  const only = await selectAgents({ names: origin.only ?? [], labels: labels.value }, surveyed.value);
  if (!only.ok) return only;
  const { desired, observed } = surveyed.value;
  const plan = planFleet(desired, observed, { ...origin.options, only: only.value, leaveToSystemd: true });
  return ok({ surveyed: surveyed.value, plan });
}

async function runSaved(
  plan: Plan,
  agreed: Match["agreed"],
  { path, saved }: { readonly path: string; readonly saved: SavedPlan },
  { config, surveyed }: { readonly config: FleetConfig; readonly surveyed: Survey },
  context: Context,
): Promise<ExitCode> {
  const { output, exec } = context;
  const target = { layout: surveyed.desired.layout, exec };
  const fitting = checkWatchVersion(plan, target.layout);
  if (!fitting.ok) return report(context, fitting.diagnostics);
  output.text(planText(await heardPlan(plan, context), output.colors, output.options.verbose));
  if (plan.actions.length === 0) return reportOutcome(plan, undefined, context);
  let isStale = false;
  const recheck: Recheck = async (actions, done) => {
    const seen = await settledSurvey(actions, config, context);
    if (!seen.ok) return seen.diagnostics;
    const facts = await preconditionsNow(actions, seen.value, context);
    if (!facts.ok) return facts.diagnostics;
    const moved = actions.flatMap((action, index) =>
      staleParts(action, agreed.get(action.id) ?? {}, facts.value[index] ?? {}, done),
    );
    isStale ||= moved.length > 0;
    return moved.length > 0 ? [stalePlan(moved, path)] : [];
  };
  const exitCodeOfRest = (code: ExitCode): ExitCode =>
    isStale && code !== exitCodes.interrupted ? exitCodes.stalePlan : code;
  const origin = { command: `fleet apply ${path}`, config, exitCodeFor: exitCodeOfRest };
  const lookAgainAtSaved: LookAgain = async () => {
    const fresh = await planAgain(saved, config, context);
    if (!fresh.ok) return undefined;
    return stillDue(fresh.value.plan, fresh.value.surveyed.observed, target.layout);
  };
  const execution = await execute(plan, target, context, origin, { recheck, lookAgain: lookAgainAtSaved });
  const code = reportOutcome(plan, execution, context);
  await reportMachine(plan, context);
  return exitCodeOfRest(code);
}
