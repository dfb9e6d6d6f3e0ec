import type { SuspendFlags, LockFlags } from "./shared/flags.ts";
import { naturally } from "../text/natural-order.ts";
import { execute, exitCodeOfShortfall } from "./apply/execute.ts";
import type { Suspension } from "../desired/marks/suspension.ts";
import { ok } from "../diagnostics/diagnostic.ts";
import { suspensionEnd } from "./shared/suspension-end.ts";
import { planResumption, planSuspension } from "../plan/commands/plan-suspension.ts";
import { suspensionText } from "../report/status/suspension-text.ts";
import { applyJson } from "../report/apply/apply-json.ts";
import { invokingUser } from "../system/environment.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import { reportProblems } from "./shared/reporting/report-problems.ts";
import { withFleetLock, type Locked } from "./shared/with-fleet-lock.ts";
import { selectionWords, type Selection } from "../plan/selection/selection.ts";
import { selectAgents } from "./shared/select-agents.ts";
import { survey } from "../observe/survey.ts";

/** Runs `fleet suspend AGENT…`: apply leaves these agents alone from now on. Changes nothing in them. */
export async function suspendCommand(
  context: Context,
  selection: Selection,
  flags: SuspendFlags,
): Promise<ExitCode> {
  const now = Date.now();
  const until =
    flags.until === undefined ? ok(undefined) : await suspensionEnd(flags.until, now, context.exec);
  if (!until.ok) return report(context, until.diagnostics);
  const suspension = { by: invokingUser(), sinceMs: now, untilMs: until.value };
  return withFleetLock(context, ["fleet suspend", ...selectionWords(selection)].join(" "), flags, (locked) =>
    changeSuspension(context, selection, locked, suspension),
  );
}

/** Runs `fleet resume AGENT…`: ends a suspension. */
export function resumeCommand(context: Context, selection: Selection, flags: LockFlags): Promise<ExitCode> {
  return withFleetLock(context, ["fleet resume", ...selectionWords(selection)].join(" "), flags, (locked) =>
    changeSuspension(context, selection, locked, undefined),
  );
}

async function changeSuspension(
  context: Context,
  selection: Selection,
  { config, layout, command }: Locked,
  suspension: Suspension | undefined,
): Promise<ExitCode> {
  const surveyed = await survey(config, context);
  if (!surveyed.ok) return report(context, surveyed.diagnostics);
  const only = await selectAgents(selection, surveyed.value, "any");
  if (!only.ok) return report(context, only.diagnostics);
  const { observed } = surveyed.value;
  const selected = naturally(only.value ?? []);
  const plan =
    suspension === undefined
      ? planResumption(layout, observed, selected)
      : planSuspension(layout, observed, suspension, selected);
  const execution = await execute(plan, { layout, exec: context.exec }, context, { command, config });
  const { outcome, problems } = execution;
  const { output } = context;
  output.json(applyJson(plan, outcome, [], problems));
  const shortfall = exitCodeOfShortfall(execution);
  if (shortfall !== undefined) return shortfall;
  output.text(suspensionText(plan, output.colors));
  reportProblems(plan, context);
  return plan.summary.blocked > 0 ? exitCodes.blocked : exitCodes.ok;
}
