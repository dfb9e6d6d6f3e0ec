import { lockFleet } from "../apply/lock.ts";
import { defaultSettleMs } from "../apply/verify.ts";
import type { FleetConfig } from "../config/types.ts";
import { layoutOf, type Layout } from "../desired/layout.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import { planFleet } from "../plan/plan-fleet.ts";
import { isSamePlan } from "../plan/same-plan.ts";
import { isBlocked } from "../plan/summary.ts";
import type { Plan } from "../plan/types.ts";
import { applyJson } from "../report/apply-json.ts";
import { applyResult, failureLines } from "../report/apply-text.ts";
import { pendingLine, planText } from "../report/plan-text.ts";
import { report, type Context } from "./context.ts";
import { checkUnitPath, consent, execute, type Execution } from "./execute.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { selectAgents } from "./select-agents.ts";
import { readFleet, survey } from "./survey.ts";

export interface ApplyFlags {
  readonly yes?: boolean;
  readonly now?: boolean;
  readonly allowRemoveAll?: boolean;
  readonly allowSelf?: boolean;
  /** ms */
  readonly lockTimeout?: number;
}

/** `fleet apply [AGENT…]`: plans, asks, applies and verifies, as the fleet's only writer. */
export async function applyCommand(
  context: Context,
  names: readonly string[],
  flags: ApplyFlags,
): Promise<ExitCode> {
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const layout = layoutOf(config.value.name, config.value.tmux.socket, context.machine);
  const lock = await lockFleet(layout, "fleet apply", flags.lockTimeout ?? 0);
  if (!lock.ok) return report(context, lock.diagnostics);
  try {
    return await applyLocked(config.value, context, names, flags);
  } finally {
    await lock.value.release();
  }
}

interface Planned {
  readonly plan: Plan;
  readonly layout: Layout;
}

async function applyLocked(
  config: FleetConfig,
  context: Context,
  names: readonly string[],
  flags: ApplyFlags,
): Promise<ExitCode> {
  const first = await makePlan(config, context, names, flags);
  if (!first.ok) return report(context, first.diagnostics);
  return proceed(first.value, context, flags, () => makePlan(config, context, names, flags));
}

async function makePlan(
  config: FleetConfig,
  context: Context,
  names: readonly string[],
  flags: ApplyFlags,
): Promise<Result<Planned>> {
  const surveyed = await survey(config, context);
  if (!surveyed.ok) return surveyed;
  const { desired, observed } = surveyed.value;
  const only = selectAgents(names, surveyed.value);
  if (!only.ok) return only;
  const plan = planFleet(desired, observed, {
    only: only.value,
    now: flags.now ?? false,
    allowRemoveAll: flags.allowRemoveAll ?? false,
    allowSelf: flags.allowSelf ?? false,
  });
  return ok({ plan, layout: desired.layout });
}

/** Shows a plan, asks, and applies it. While a question stands the machine may change: then it is shown and asked anew. */
async function proceed(
  { plan, layout }: Planned,
  context: Context,
  flags: ApplyFlags,
  planAgain: () => Promise<Result<Planned>>,
): Promise<ExitCode> {
  const { output } = context;
  output.text(planText(plan, output.colors, output.options.verbose));
  if (plan.refusals.length > 0) {
    output.json(applyJson(plan, { done: [], failed: [], skipped: plan.actions }, [], []));
    return exitCodes.blocked;
  }
  if (plan.actions.length === 0) return finish(plan, undefined, context);
  const target = { layout, exec: context.exec };
  const reachable = await checkUnitPath(context, target, plan);
  if (!reachable.ok) return report(context, reachable.diagnostics);
  const agreed = await consent("Apply these changes?", flags.yes ?? false, context);
  if (agreed !== "go") return agreed;
  if (!flags.yes) {
    const again = await planAgain();
    if (!again.ok) return report(context, again.diagnostics);
    if (!isSamePlan(plan, again.value.plan)) {
      output.remark("The machine has changed meanwhile. This is the plan now:");
      return proceed(again.value, context, flags, planAgain);
    }
  }
  const execution = await execute(plan, target, context, defaultSettleMs);
  return execution.ok ? finish(plan, execution.value, context) : report(context, execution.diagnostics);
}

const nothingDone: Execution = {
  outcome: { done: [], failed: [], skipped: [] },
  failures: [],
  problems: [],
  ms: 0,
};

function finish(plan: Plan, execution: Execution | undefined, { output }: Context): ExitCode {
  const { outcome, failures, problems, ms } = execution ?? nothingDone;
  output.json(applyJson(plan, outcome, failures, problems));
  if (execution !== undefined) output.text(applyResult(plan, outcome, failures, ms, output.colors));
  if (!output.options.json) {
    for (const line of failures.flatMap((failure) => failureLines(failure, output.colors)))
      output.remark(line);
  }
  const waiting = pendingLine(plan);
  if (waiting !== undefined) output.text([waiting]);
  if (outcome.failed.length > 0 || outcome.skipped.length > 0) return exitCodes.error;
  if (failures.length > 0) return exitCodes.agentsFailed;
  return isBlocked(plan) ? exitCodes.blocked : exitCodes.ok;
}
