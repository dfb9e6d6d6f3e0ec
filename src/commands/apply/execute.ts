import type { Wording } from "../../diagnostics/wording.ts";
import { wordingText } from "../../report/terminal/wording-text.ts";
import { isStart } from "../../plan/actions.ts";
import {
  undoneActions,
  type ApplyOutcome,
  type ApplyEvent,
  type Stay,
  type AgentFailure,
} from "../../events/apply-events.ts";
import type { RunChecks } from "../../apply/current-run.ts";
import { runPlan } from "../../apply/run-plan.ts";
import { verifyAgents } from "../../apply/verify/verify.ts";
import type { Target } from "../../apply/target.ts";
import { readServerEnd } from "../../observe/tmux/tmux-config.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Layout } from "../../desired/layout.ts";
import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { isBlocked } from "../../plan/summary.ts";
import type { Action, Plan } from "../../plan/types.ts";
import { journalCommand } from "../../report/journal-command.ts";
import { servicesIn } from "../../report/kind-counts.ts";
import { joinFailedWrites } from "../../report/apply/failed-writes.ts";
import { applyEventLine, killedLines } from "../../report/apply/apply-text.ts";
import { canAsk, confirm } from "../../report/terminal/confirm.ts";
import { cutShort, signalLine, notVerified } from "../../report/apply/signal-text.ts";
import type { ProgressView } from "../../report/apply/progress-view.ts";
import type { Checked } from "./progress.ts";
import { hasProgress } from "../../report/terminal/has-progress.ts";
import { programStamp } from "../../system/program-stamp.ts";
import { listenForSignals, type StopSignals } from "../../system/signals.ts";
import type { Context } from "../shared/context.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { keepTexts, recordExecution } from "./record-execution.ts";
import { serverIsBack } from "../../report/apply/failures-text.ts";

/** The result of running a plan. */
export interface Execution {
  readonly outcome: ApplyOutcome;
  readonly failures: readonly AgentFailure[];
  /** False if the agents' state is unknown, or the verification was not awaited. */
  readonly verified: boolean;
  /** Reasons for failed actions. */
  readonly problems: readonly Diagnostic[];
  readonly ms: number;
}

/** No consent: the exit code, and the reason why nobody could be asked. */
export interface Declined {
  readonly code: ExitCode;
  readonly problems: readonly Diagnostic[];
}

/**
 * Asks for consent unless `yes` gives it. Without consent nothing changes; with --json the caller has to
 * report the problems next to the plan. `plan` is the plan to confirm, shown with the question if --quiet or
 * --json has suppressed it before.
 */
export async function consent(
  question: string,
  yes: boolean,
  context: Context,
  plan: readonly Wording[] = [],
): Promise<"go" | Declined> {
  if (yes) return "go";
  const { quiet, json } = context.output.options;
  if (!canAsk()) {
    if (!json) context.output.diagnostics([nobodyThere]);
    return { code: exitCodeOf(nobodyThere.code), problems: [nobodyThere] };
  }
  const program = programStamp();
  const answer = await confirm(question, quiet || json ? plan.map(wordingText) : []);
  if (answer === "yes" && programStamp() === program) return "go";
  if (answer === "yes") {
    if (!json) context.output.diagnostics([replaced]);
    return { code: exitCodeOf(replaced.code), problems: [replaced] };
  }
  context.output.remark("Nothing was changed.");
  return { code: answer === "no" ? exitCodes.error : exitCodes.interrupted, problems: [] };
}

const nobodyThere: Diagnostic = {
  severity: "error",
  code: "needs-confirmation",
  summary: "confirmation needed, but stdin is not a terminal",
  detail: "Nothing was changed.",
  hint: "add --yes to go ahead without a question",
};

/** The rest of this run would load parts of another version. */
const replaced: Diagnostic = {
  severity: "error",
  code: "stale-plan",
  summary: "fleet was replaced during the question",
  detail: "Nothing was changed.",
  hint: "run it again to see the plan of the installed version",
};

/** The origin of a plan, for the record of its run. */
export interface PlanOrigin {
  readonly command: string;
  readonly config: FleetConfig | undefined;
  /** Returns the exit code of the command, if it may differ from that of the execution. */
  readonly exitCodeFor?: (code: ExitCode) => ExitCode;
}

/**
 * Runs a plan, shows its progress, and verifies the started agents. Ctrl-C and SIGTERM end the run after the
 * current actions, and a second one ends it at once; the loss of the terminal or of the output's reader does
 * not. Adds a record of the run to the history of the fleet.
 */
export async function execute(
  plan: Plan,
  target: Target,
  context: Context,
  origin: PlanOrigin,
  checks: RunChecks = {},
): Promise<Execution> {
  const beganMs = Date.now();
  const underWay = new Set<Action>();
  const checked: Checked = { names: [], left: [] };
  const progress = await progressTold(plan, underWay, checked, target, context);
  const { output } = progress;
  const signals = listenForSignals((request, signal) => {
    output.remark(signalLine(request, signal, [...underWay]));
  }, context.caller?.stop);
  try {
    const { command, config, exitCodeFor = (code) => code } = origin;
    const work = { plan, target, config, underWay, checked, stopSignals: signals.stopSignals, checks };
    const { execution, kept } = await runAndVerify(work, { ...context, output });
    tellQuietly(plan, execution, context);
    const { outcome, failures, ms } = execution;
    const exitCode = exitCodeFor(exitCodeOfExecution(plan, execution));
    const run = { command, config, beganMs, ms, kept };
    await recordExecution(target.layout, { plan, outcome, failures, exitCode }, run, context);
    return execution;
  } finally {
    progress.end();
    signals.end();
  }
}

/** Shows the progress on a terminal; elsewhere the lines of the output are all there is. */
async function progressTold(
  { agents }: Plan,
  underWay: ReadonlySet<Action>,
  checked: Checked,
  { layout }: Target,
  { output, caller }: Context,
): Promise<Pick<ProgressView, "output" | "end">> {
  if (caller !== undefined || !hasProgress(output)) return { output, end: () => undefined };
  const { openProgress } = await import("../../report/apply/progress-view.ts");
  const { progressReader } = await import("./progress.ts");
  return openProgress(output, progressReader(underWay, layout, Date.now(), checked, servicesIn(agents)));
}

interface Work {
  readonly plan: Plan;
  readonly target: Target;
  readonly config: FleetConfig | undefined;
  /** The current actions, updated during the run. */
  readonly underWay: Set<Action>;
  /** The agents of the verification, updated while it runs. */
  readonly checked: Checked;
  readonly stopSignals: StopSignals;
  readonly checks: RunChecks;
}

/** A run that is over. */
interface Verified {
  readonly execution: Execution;
  /** The end of the writing of its fleet files for `fleet rollback`. */
  readonly kept: Promise<Result<void>>;
}

async function runAndVerify(work: Work, { output, caller }: Context): Promise<Verified> {
  const { plan, target, config, underWay, checked, stopSignals, checks } = work;
  const began = performance.now();
  const beganUs = Number(process.hrtime.bigint() / 1000n);
  const problems: Diagnostic[] = [];
  const tellProblems = (diagnostics: readonly Diagnostic[]): void => {
    problems.push(...diagnostics);
    if (!output.options.json && diagnostics.length > 0) output.diagnostics(joinFailedWrites(diagnostics));
  };
  const services = servicesIn(plan.agents);
  const emit = (event: ApplyEvent): void => {
    for (const action of event.actions) {
      if (event.kind === "started") underWay.add(action);
      else if (event.kind === "finished" || event.kind === "failed") underWay.delete(action);
    }
    const line = applyEventLine(event, services, output.colors);
    if (line !== undefined && caller !== undefined) caller.onProgress(line);
    else if (line !== undefined && !output.options.json) output.remark(line);
    if (event.kind === "failed") tellProblems(event.diagnostics);
  };
  const endedBefore = readServerEnd(target.layout);
  const ran = await runPlan(plan, target, emit, stopSignals, checks);
  if (!output.options.json) {
    for (const line of killedLines(ran.killed ?? [], output.colors)) output.remark(line);
  }
  const started = startedAgents(ran);
  Object.assign(checked, { names: started, left: started });
  const checking = stopSignals.soon.aborted
    ? ok("interrupted" as const)
    : verifyAgents(started, target, stopSignals.soon, beganUs, endedBefore, (left) => {
        checked.left = left;
      });
  const kept = keepTexts(ran, target.layout, config);
  const check = await checking;
  if (!check.ok) tellProblems(notVerified(check.diagnostics));
  const verified = check.ok && check.value !== "interrupted";
  const reason: unknown = stopSignals.soon.reason;
  const outcome: ApplyOutcome = typeof reason === "string" ? { ...ran, interruptedBy: reason } : ran;
  const failures = verified ? check.value : [];
  const endedMs = readServerEnd(target.layout);
  // Undefined after a stop of the holder: then this plan has ended the server.
  const isBack = endedMs !== undefined && endedMs !== endedBefore;
  if (isBack && failures.every(({ withoutServer }) => withoutServer === undefined))
    tellProblems([serverEnded(target.layout)]);
  return { execution: { outcome, failures, verified, problems, ms: performance.now() - began }, kept };
}

/**
 * Explains the tmux server ended. It runs again with the agents of this run, but it had other agents,
 * too.
 */
function serverEnded({ holderUnit }: Layout): Diagnostic {
  return {
    severity: "warning",
    code: "tmux-server-ended",
    summary: serverIsBack,
    detail: "All of its agents were started again, not only those of the plan.",
    hint: journalCommand(holderUnit),
  };
}

/** Reports an incomplete result as a problem, because --quiet hides the result. */
function tellQuietly(plan: Plan, { outcome }: Execution, { output }: Context): void {
  if (!output.options.quiet || output.options.json) return;
  const problem = cutShort(plan, outcome);
  if (problem !== undefined) output.diagnostics([problem]);
}

/** Returns the exit code for a plan that was run. */
export function exitCodeOfExecution(plan: Plan, execution: Execution): ExitCode {
  const shortfall = exitCodeOfShortfall(execution);
  if (shortfall !== undefined) return shortfall;
  const { failures, outcome } = execution;
  if (failures.length > 0 || hasStayed(outcome, "failed", "held")) return exitCodes.agentsFailed;
  return isBlocked(plan) ? exitCodes.blocked : exitCodes.ok;
}

/** Returns the exit code for an incomplete or unverified plan. */
export function exitCodeOfShortfall({ outcome, verified }: Execution): ExitCode | undefined {
  if (outcome.interruptedBy !== undefined) return exitCodes.interrupted;
  const isWhole = undoneActions(outcome).length === 0 && !hasStayed(outcome, "unknown");
  return isWhole && verified ? undefined : exitCodes.error;
}

function hasStayed({ stayed }: ApplyOutcome, ...reasons: readonly Stay["why"][]): boolean {
  return [...(stayed?.values() ?? [])].some(({ why }) => reasons.includes(why));
}

function startedAgents({ done }: ApplyOutcome): readonly string[] {
  return done.flatMap((action) => (isStart(action) && action.agent ? [action.agent] : []));
}
