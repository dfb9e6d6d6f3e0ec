import { maxDurationMs, parseDuration } from "../config/durations.ts";
import { execute, exitCodeOfShortfall } from "./execute.ts";
import type { Suspension } from "../desired/suspension.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { readTimestamp } from "../drivers/systemd/timestamp.ts";
import { planResumption, planSuspension } from "../plan/plan-suspension.ts";
import { suspensionText } from "../report/suspension-text.ts";
import { applyJson } from "../report/apply-json.ts";
import { invokingUser } from "../system/environment.ts";
import { report, type Context } from "./context.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { tellProblems } from "./tell-problems.ts";
import { asOnlyWriter, type Locked, type LockFlags } from "./locked.ts";
import { selectAgents } from "./select-agents.ts";
import { survey } from "../observe/survey.ts";

export interface SuspendFlags extends LockFlags {
  /** A duration or a time as systemd.time(7) has them. */
  readonly until?: string;
}

/** `fleet suspend AGENT…`: apply leaves these agents alone from now on. Nothing of them changes. */
export async function suspendCommand(
  context: Context,
  names: readonly string[],
  flags: SuspendFlags,
): Promise<ExitCode> {
  const until = await readEnd(flags.until, context);
  if (!until.ok) return report(context, until.diagnostics);
  const suspension = { by: invokingUser(), sinceMs: Date.now(), untilMs: until.value };
  return asOnlyWriter(context, ["fleet suspend", ...names].join(" "), flags, (locked) =>
    change(context, names, locked, suspension),
  );
}

async function readEnd(text: string | undefined, { exec }: Context): Promise<Result<number | undefined>> {
  if (text === undefined) return ok(undefined);
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) {
    if (durationMs > 0 && durationMs <= maxDurationMs) return ok(Date.now() + durationMs);
    return fail("bad-usage", `"${text}" is not between a moment and a year`);
  }
  const time = await readTimestamp(exec, text);
  if (!time.ok || time.value > Date.now()) return time;
  return fail("bad-usage", `"${text}" is in the past`, { hint: 'the time of another day: "tomorrow 08:00"' });
}

/** `fleet resume AGENT…`: takes that back. */
export function resumeCommand(
  context: Context,
  names: readonly string[],
  flags: LockFlags,
): Promise<ExitCode> {
  return asOnlyWriter(context, ["fleet resume", ...names].join(" "), flags, (locked) =>
    change(context, names, locked, undefined),
  );
}

async function change(
  context: Context,
  names: readonly string[],
  { config, layout }: Locked,
  suspension: Suspension | undefined,
): Promise<ExitCode> {
  const surveyed = await survey(config, context);
  if (!surveyed.ok) return report(context, surveyed.diagnostics);
  const only = selectAgents(names, surveyed.value);
  if (!only.ok) return report(context, only.diagnostics);
  const { observed } = surveyed.value;
  const selected = [...(only.value ?? [])].sort();
  const plan =
    suspension === undefined
      ? planResumption(layout, observed, selected)
      : planSuspension(layout, observed, suspension, selected);
  const execution = await execute(plan, { layout, exec: context.exec }, context);
  const { outcome, problems } = execution;
  const { output } = context;
  output.json(applyJson(plan, outcome, [], problems));
  const shortfall = exitCodeOfShortfall(execution);
  if (shortfall !== undefined) return shortfall;
  output.text(suspensionText(plan, output.colors));
  tellProblems(plan, context);
  return plan.summary.blocked > 0 ? exitCodes.blocked : exitCodes.ok;
}
