import { checkUnitPath } from "../../observe/check-unit-path.ts";
import type { RunChecks } from "../../apply/current-run.ts";
import type { ApplyOutcome } from "../../events/apply-events.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Layout } from "../../desired/layout.ts";
import { isSamePlan } from "../../plan/same-plan.ts";
import { isSocketPlan } from "../../plan/fleet/plan-socket.ts";
import type { Plan } from "../../plan/types.ts";
import { applyJson } from "../../report/apply/apply-json.ts";
import { applyResult, type Verb } from "../../report/apply/apply-text.ts";
import { failuresLines } from "../../report/apply/failures-text.ts";
import { pendingLines } from "../../report/plan/agents/hold-text.ts";
import { planText } from "../../report/plan/plan-text.ts";
import { attachDiffs } from "../../diffs/plan/attach-diffs.ts";
import { report, type Context } from "../shared/context.ts";
import { consent, execute, exitCodeOfExecution, exitCodeOfShortfall, type Execution } from "./execute.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { heardPlan } from "../shared/heard.ts";
import type { PlannedRun } from "./plan-run.ts";
import { reportMachine } from "./report-machine.ts";
import { reportProblems } from "../shared/reporting/report-problems.ts";
import { consentOfCaller } from "./consent-of-caller.ts";
import { checkWatchVersion } from "./check-watch-version.ts";

/** A plan to be shown, agreed to and applied. */
export interface ApplyProposal {
  readonly layout: Layout;
  /** The command behind the plan. */
  readonly verb: Verb;
  /** The command for the history. */
  readonly command: string;
  /** Makes a plan for the current machine: once, and again after a question. */
  readonly makePlan: (isAgain: boolean) => Promise<Result<PlannedRun>>;
  readonly yes: boolean;
  /** Returns true if the plan still fits its purpose; undefined accepts any. Otherwise nothing is done. */
  readonly accept?: ((plan: Plan) => boolean) | undefined;
  /** A step before the first change, also for a plan without actions; a failure ends the run. It may be called again. */
  readonly onAgreed: (planned: PlannedRun) => Result<void>;
  /** Returns the checks while a plan is executed. */
  readonly checksOf: (planned: PlannedRun) => RunChecks;
  /** A callback for a completed plan, or one without actions. */
  readonly onDone?: (plan: Plan, outcome?: ApplyOutcome) => void | Promise<void>;
}

/**
 * Shows the plan, asks, applies it and verifies. Plans and asks again if the machine has changed during the
 * question.
 */
export async function confirmAndApply(
  proposal: ApplyProposal,
  context: Context,
  isAgain = false,
): Promise<ExitCode> {
  const planned = await proposal.makePlan(isAgain);
  return planned.ok ? proceedWith(planned.value, proposal, context) : report(context, planned.diagnostics);
}

async function proceedWith(first: PlannedRun, proposal: ApplyProposal, context: Context): Promise<ExitCode> {
  const { plan: planned } = first;
  if (proposal.accept?.(planned) === false) return exitCodes.ok;
  const { output } = context;
  const target = { layout: proposal.layout, exec: context.exec };
  const reachable = await checkUnitPath(planned, target, context.machine);
  if (!reachable.ok) return report(context, reachable.diagnostics);
  // Before the plan is shown, except if a guard refuses it anyway.
  const fitting = planned.refusals.length > 0 ? ok(undefined) : checkWatchVersion(planned, target.layout);
  if (!fitting.ok) return report(context, fitting.diagnostics);
  const plan = await attachDiffs(planned);
  const shown = planText(await heardPlan(plan, context), output.colors, output.options.verbose);
  output.text(shown);
  if (plan.refusals.length > 0) {
    output.json(applyJson(plan, untried(plan), [], []));
    reportProblems(plan, context);
    return exitCodes.blocked;
  }
  if (plan.actions.length === 0) {
    const begun = proposal.onAgreed(first);
    if (!begun.ok) return report(context, begun.diagnostics);
    await proposal.onDone?.(plan);
    return reportOutcome(plan, undefined, context);
  }
  const { caller } = context;
  const agreed =
    caller === undefined
      ? await consent(questionFor(plan, proposal.verb), proposal.yes, context, shown)
      : consentOfCaller(plan, caller, output);
  if (agreed !== "go") {
    output.json(applyJson(plan, untried(plan), [], agreed.problems));
    return agreed.code;
  }
  const begun = proposal.onAgreed(first);
  if (!begun.ok) return report(context, begun.diagnostics);
  // Nobody has thought about the plan of a caller in between.
  const latest = proposal.yes || caller !== undefined ? ok(first) : await proposal.makePlan(true);
  if (!latest.ok) return report(context, latest.diagnostics);
  if (latest.value !== first && !isSamePlan(plan, latest.value.plan)) {
    output.remark("The machine or fleet.yaml has changed since. The plan is now:");
    return proceedWith(latest.value, proposal, context);
  }
  const origin = { command: proposal.command, config: latest.value.config };
  const execution = await execute(plan, target, context, origin, proposal.checksOf(latest.value));
  if (isSocketPlan(plan) && exitCodeOfShortfall(execution) === undefined)
    return confirmAndApply(proposal, context, true);
  await proposal.onDone?.(plan, execution.outcome);
  const code = reportOutcome(plan, execution, context, proposal.verb);
  await reportMachine(plan, context);
  return code;
}

const questions: Readonly<Record<Verb, string>> = {
  apply: "Apply these changes?",
  restart: "Restart as shown?",
  start: "Start as shown?",
  stop: "Stop as shown?",
  adopt: "Take over as shown?",
};

/** Returns the question. A plan in which all changes wait only writes files. */
function questionFor({ summary, agents }: Plan, verb: Verb): string {
  const { add, change, restart, remove, pending } = summary;
  const onlyWaits = pending > 0 && add + change + restart + remove === 0;
  const names = agents.filter(({ action }) => action === "pending").map(({ name }) => name);
  return verb === "apply" && onlyWaits
    ? `Write the files of ${names.length === 1 ? names[0] : `${names.length} agents`}, and change no running agent?`
    : questions[verb];
}

function untried({ actions }: Plan): ApplyOutcome {
  return { done: [], failed: [], skipped: actions };
}

const nothingDone: Execution = {
  outcome: { done: [], failed: [], skipped: [] },
  failures: [],
  verified: true,
  problems: [],
  ms: 0,
};

/**
 * Reports the outcome of a plan, and returns the exit code. Without an execution, there was nothing to do.
 */
export function reportOutcome(
  plan: Plan,
  execution: Execution | undefined,
  context: Context,
  verb: Verb = "apply",
): ExitCode {
  const { output } = context;
  const { outcome, failures, problems, verified, ms } = execution ?? nothingDone;
  output.json(applyJson(plan, outcome, failures, problems, verified));
  if (execution !== undefined)
    output.text(applyResult(plan, outcome, failures, ms, output.colors, verified, verb));
  if (!output.options.json) {
    for (const line of failuresLines(failures, output.colors, output.options.verbose)) output.remark(line);
  }
  output.text(pendingLines(plan));
  reportProblems(plan, context);
  return exitCodeOfExecution(plan, execution ?? nothingDone);
}
