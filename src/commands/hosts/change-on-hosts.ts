import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { proposalOf, type HostResult } from "../../hosts/host-result.ts";
import {
  hostsQuestion,
  lingerProblem,
  proposedPlans,
  staleProblem,
  twinProblem,
} from "../../report/hosts/change-lines.ts";
import { twinsIn } from "../../hosts/twins.ts";
import { consent } from "../apply/execute.ts";
import type { Context } from "../shared/context.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { ApplyFlags } from "../shared/flags.ts";
import { runOnHosts, type Errands } from "./run-hosts.ts";
import { codeOf, showResults } from "./show-results.ts";

/** Commands that start agents: they would end with the connection on a machine without lingering. */
const starting: ReadonlySet<string> = new Set(["apply", "start", "restart"]);

/**
 * Runs a change on several hosts: plans on all of them, shows the plans, asks once, and has each do exactly its own plan. A host
 * with another plan by then is stale, and changes nothing. No host waits for another, and none keeps another from its change.
 */
export async function changeOnHosts(
  errands: Errands,
  words: readonly string[],
  fleet: string,
  context: Context,
): Promise<ExitCode> {
  const [command = ""] = words;
  const shown = { fleet, command };
  const planned = await runOnHosts({ ...errands, purpose: "read" }, context);
  const twins = twinsIn(planned);
  const checked = planned.map((result) => refusedBy(result, obstacleOf(result, command, twins)));
  const agreeable = checked.filter((result) => proposalOf(result) !== undefined);
  const others = checked.filter((result) => proposalOf(result) === undefined);
  const wasStopped = (): boolean => errands.stopSignals.soon.aborted;
  if (agreeable.length === 0) {
    showResults(checked, errands, shown, context);
    return codeOf(checked, wasStopped());
  }
  if (!context.output.options.json) showResults(checked, errands, shown, context);
  const { yes = false } = context.flags as ApplyFlags;
  const agreed = wasStopped()
    ? { code: exitCodes.interrupted, problems: [] }
    : await consent(hostsQuestion(command, agreeable), yes, context, proposedPlans(agreeable));
  if (agreed !== "go") {
    if (context.output.options.json)
      showResults(withProblems(checked, agreed.problems), errands, shown, context);
    return agreed.code;
  }
  const changed = await runOnHosts(
    {
      ...errands,
      purpose: "change",
      hosts: errands.hosts.filter(({ name }) => agreeable.some(({ host }) => host === name)),
      requestFor: (host) => ({
        ...errands.requestFor(host),
        agreed: proposalOf(agreeable.find((each) => each.host === host) ?? nothing),
        run: crypto.randomUUID(),
      }),
    },
    context,
  );
  const ended = changed.map(withStaleness);
  const byHost = new Map([...others, ...ended].map((result) => [result.host, result]));
  const all = checked.flatMap(({ host }) => byHost.get(host) ?? []);
  if (context.output.options.json) showResults(all, errands, shown, context);
  else showResults(ended.map(withoutPlan), errands, shown, context);
  return codeOf(all, wasStopped());
}

const nothing: HostResult = { host: "", end: { name: "not-begun" }, facts: undefined, frames: [] };

/** Returns the reason why a host may not be changed; undefined if it may. */
function obstacleOf(
  result: HostResult,
  command: string,
  twins: ReadonlyMap<string, string>,
): Diagnostic | undefined {
  const { host, facts } = result;
  const twin = twins.get(host);
  if (twin !== undefined) return twinProblem(twin);
  const endsLater = starting.has(command) && facts?.lingers === false && proposalOf(result) !== undefined;
  return endsLater ? lingerProblem() : undefined;
}

function refusedBy(result: HostResult, problem: Diagnostic | undefined): HostResult {
  if (problem === undefined || result.end.name !== "done") return result;
  return {
    ...result,
    end: { name: "done", code: exitCodes.blocked },
    frames: [
      ...result.frames.filter(({ kind }) => kind !== "proposal"),
      { kind: "problems", problems: [problem] },
    ],
  };
}

/** Returns the result with a problem if a host proposes a plan again: it has changed nothing, and its plan is another one. */
function withStaleness(result: HostResult): HostResult {
  if (proposalOf(result) === undefined) return result;
  const problem = staleProblem();
  return {
    ...result,
    end: { name: "done", code: exitCodeOf(problem.code) },
    frames: [...result.frames, { kind: "problems", problems: [problem] }],
  };
}

/** Leaves out the plan, which was shown before the question: the first text of a change. */
function withoutPlan(result: HostResult): HostResult {
  const plan = result.frames.findIndex(({ kind }) => kind === "text");
  return proposalOf(result) === undefined
    ? { ...result, frames: result.frames.filter((_, at) => at !== plan) }
    : result;
}

function withProblems(
  results: readonly HostResult[],
  problems: readonly Diagnostic[],
): readonly HostResult[] {
  return problems.length === 0
    ? results
    : results.map((result) => ({ ...result, frames: [...result.frames, { kind: "problems", problems }] }));
}
