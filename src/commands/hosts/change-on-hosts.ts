import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Arrival } from "../../hosts/arrivals.ts";
import { massEndIn } from "../../hosts/mass-end.ts";
import { proposalOf, type HostResult } from "../../hosts/host-result.ts";
import {
  hostsQuestion,
  lingerProblem,
  massEndProblem,
  proposedPlans,
  twinProblem,
} from "../../report/hosts/change-lines.ts";
import { twinsIn } from "../../hosts/twins.ts";
import { consent } from "../apply/execute.ts";
import type { Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { ApplyFlags } from "../shared/flags.ts";
import { heldProblems, movesJson, movesLines } from "../../report/hosts/move-lines.ts";
import { asStale, merged, refusedBy, runAgreed, withProblems } from "./agreed.ts";
import { isWholeChange, planArrivals, planMoves, type HostsChange } from "./plan-moves.ts";
import { runRollout, type RolledOut } from "./run-rollout.ts";
import type { Errands } from "./run-hosts.ts";
import { codeOf, showResults } from "./show-results.ts";

/** Commands that start agents: they would end with the connection on a machine without lingering. */
const starting: ReadonlySet<string> = new Set(["apply", "start", "restart"]);

/**
 * Runs a change on several hosts: plans on all of them, shows the plans, asks once, and has each do exactly its own plan. A host
 * with another plan by then is stale, and changes nothing. No host waits for another, and none keeps another from its change,
 * except for an agent that moves: its new host starts it after it has ended on the old one.
 */
export async function changeOnHosts(
  errands: Errands,
  change: HostsChange,
  context: Context,
): Promise<ExitCode> {
  const [command = ""] = change.words;
  const shown = { fleet: change.config.name, command };
  const { output } = context;
  const { json } = output.options;
  const moves = await planMoves(errands, change, context);
  const twins = twinsIn(moves.planned);
  const checked = moves.planned.map((result) => refusedBy(result, obstacleOf(result, command, twins)));
  const agreeable = checked.filter((result) => proposalOf(result) !== undefined);
  const wasStopped = (): boolean => errands.stopSignals.soon.aborted;
  const end = (results: readonly HostResult[], arrived: readonly Arrival[] = []): ExitCode => {
    const held = moves.arrivals.filter((each) => !arrived.includes(each));
    const all = results.map((result) => withHeld(result, held, isInRun));
    if (json)
      showResults(
        all,
        errands,
        { ...shown, moves: movesJson(moves.arrivals, arrived), rollout: rolled?.json },
        context,
      );
    else output.diagnostics(all.flatMap((result) => heldProblems(result.host, held, isInRun)));
    return codeOf(all, wasStopped(), context.flags);
  };
  let rolled: RolledOut | undefined;
  const isInRun = (host: string): boolean => errands.hosts.some(({ name }) => name === host);
  if (!json || agreeable.length === 0) {
    if (!json) showResults(checked, errands, shown, context);
    if (!json) output.text(movesLines(moves.arrivals, output.colors));
    if (agreeable.length === 0) return end(checked);
  }
  const { yes = false, allowRemoveAll = false } = context.flags as ApplyFlags;
  const massEnd =
    isWholeChange(change.words) && !allowRemoveAll ? massEndIn(checked, moves.arrivals) : undefined;
  if (massEnd !== undefined) {
    const problems = [massEndProblem(massEnd)];
    if (json) showResults(withProblems(checked, problems), errands, shown, context);
    else output.diagnostics(problems);
    return exitCodes.blocked;
  }
  const agreed = wasStopped()
    ? { code: exitCodes.interrupted, problems: [] }
    : await consent(hostsQuestion(command, agreeable), yes, context, proposedPlans(agreeable));
  if (agreed !== "go") {
    if (json) showResults(withProblems(checked, agreed.problems), errands, shown, context);
    return agreed.code;
  }
  const { rollout } = change.config;
  const run = (some: readonly HostResult[]): Promise<readonly HostResult[]> =>
    runAgreed(moves.errands, some, context);
  if (rollout !== undefined && command === "apply")
    rolled = await runRollout(
      agreeable,
      {
        rollout,
        all: errands.hosts.map(({ name }) => name),
        unavailable: checked.filter((result) => countsAsUnavailable(result, context.flags)).length,
        change: run,
      },
      moves.errands,
      context,
    );
  const first = rolled?.results ?? (await run(agreeable));
  const shownFirst = rolled === undefined ? first : first.filter(({ end: { name } }) => name !== "not-begun");
  if (!json) showResults(shownFirst.map(withoutPlan), errands, shown, context);
  const changed = merged(checked, first);
  if (moves.arrivals.length === 0) return end(changed);
  const ended = new Map(first.map((result) => [result.host, result]));
  const hasRun = ({ host }: HostResult): boolean => (ended.get(host)?.end.name ?? "done") === "done";
  const refused = new Set(
    checked.filter((result) => !mayBeChanged(result) || !hasRun(result)).map(({ host }) => host),
  );
  const free = new Set(errands.hosts.flatMap(({ name }) => (refused.has(name) ? [] : [name])));
  const second = await planArrivals(moves, free, context);
  const starts = second.planned.map((result) => refusedBy(result, obstacleOf(result, command, twins)));
  const startable = starts.filter((result) => proposalOf(result) !== undefined);
  const agreedStarts = startable.filter(({ host }) => !second.stale.has(host));
  const stale = startable.filter(({ host }) => second.stale.has(host)).map((result) => asStale(result));
  const started = [...(await runAgreed(second.errands, agreedStarts, context)), ...stale];
  if (!json && started.length > 0) showResults(started.map(withoutPlan), errands, shown, context);
  const done = new Set(started.filter(({ end: { name } }) => name === "done").map(({ host }) => host));
  return end(
    merged(changed, started),
    second.ended.filter(({ to }) => done.has(to) && !second.stale.has(to)),
  );
}

/** Returns true for a host that is not available before the first batch. */
function countsAsUnavailable(result: HostResult, { skipUnreachable = false }: Context["flags"]): boolean {
  return !mayBeChanged(result) && !(skipUnreachable && result.end.name === "unreachable");
}

/** Returns true for a host that an agent may come to or leave in this run. */
function mayBeChanged(result: HostResult): boolean {
  const { end } = result;
  return end.name === "done" && (end.code === exitCodes.ok || proposalOf(result) !== undefined);
}

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

/** Leaves out the plan, which was shown before the question: the first text of a change. */
function withoutPlan(result: HostResult): HostResult {
  const plan = result.frames.findIndex(({ kind }) => kind === "text");
  return proposalOf(result) === undefined
    ? { ...result, frames: result.frames.filter((_, at) => at !== plan) }
    : result;
}

/** Adds the agents that a host has not started. The run is incomplete, except if they only wait to be idle. */
function withHeld(
  result: HostResult,
  held: readonly Arrival[],
  isInRun: (host: string) => boolean,
): HostResult {
  const problems = heldProblems(result.host, held, isInRun);
  if (problems.length === 0) return result;
  const isIncomplete = problems.some(({ severity }) => severity === "error");
  const isFine = result.end.name === "done" && result.end.code === exitCodes.ok;
  return {
    ...result,
    end: isFine && isIncomplete ? { name: "done", code: exitCodes.incompleteHosts } : result.end,
    frames: [...result.frames, { kind: "problems", problems }],
  };
}
