import { wordingText } from "../../report/terminal/wording-text.ts";
import { hasIgnoredCanary, ignoredCanaryWarning } from "../../config/doubts/ignored-hosts.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Arrival } from "../../hosts/arrivals.ts";
import { isWholeChange } from "../../hosts/command-words.ts";
import { type HostResult, proposalOf } from "../../hosts/host-result.ts";
import { massEndIn } from "../../hosts/mass-end.ts";
import { rolloutOver } from "../../hosts/rollout.ts";
import { massEndProblem } from "../../report/hosts/change-lines.ts";
import {
  heldProblems,
  heldProblemsTogether,
  movesJson,
  type OldHost,
} from "../../report/hosts/place/move-lines.ts";
import type { Context } from "../shared/context.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { keepStateHere } from "./keep-state-here.ts";
import { type HostsChange, planArrivals, type PlannedMoves } from "./plan-moves.ts";
import type { Errands } from "./run-hosts.ts";
import { type RolledOut, runRollout } from "./run-rollout.ts";
import { codeOf, showResults } from "./show-results.ts";
import { asStale, mergedResults, refusedBy, runAgreed, withProblems } from "./agreed.ts";

/** A change on several hosts, with its plans. */
interface ChangeRun {
  readonly errands: Errands;
  readonly change: HostsChange;
  readonly moves: PlannedMoves;
  /** The plans of the hosts, with the reasons why some may not be changed. */
  readonly checked: readonly HostResult[];
}

/** The same, after somebody has agreed to it. */
interface CarriedChange extends ChangeRun {
  /** The plans of the hosts to change. */
  readonly agreeable: readonly HostResult[];
  /** True if these plans were shown: the results leave them out. */
  readonly isShown: boolean;
  /** Returns the reason why a host may not start agents; undefined if it may. */
  readonly obstacleOf: (result: HostResult) => Diagnostic | undefined;
  /** Changes hosts as agreed. */
  readonly carry: (agreed: readonly HostResult[]) => Promise<readonly HostResult[]>;
}

/** The end of a change. */
interface Ended {
  readonly results: readonly HostResult[];
  /** The moves that are done. */
  readonly arrived?: readonly Arrival[];
  readonly rolled?: RolledOut | undefined;
}

/**
 * Executes an agreed change, batch by batch with a rollout. Then agents that have ended on their old hosts start on the new
 * ones. Shows the results.
 */
export async function carryOut(run: CarriedChange, context: Context): Promise<ExitCode> {
  const { errands, change, moves, checked, agreeable, isShown, obstacleOf, carry } = run;
  const shown = shownOf(change);
  const { json } = context.output.options;
  const { rollout } = change.config;
  const isRolled = rollout !== undefined && shown.command === "apply";
  if (isRolled && agreeable.length > 0 && hasIgnoredCanary(change.config)) {
    const warning = ignoredCanaryWarning();
    if (json) context.output.remark(`Warning: ${warning.summary}: ${wordingText(warning.hint ?? "")}`);
    else context.output.diagnostics([warning]);
  }
  const rolled = isRolled
    ? await runRollout(
        agreeable,
        {
          rollout: rolloutOver(rollout, change.config.hosts ?? {}),
          all: errands.hosts.map(({ name }) => name),
          unavailable: checked.filter((result) => countsAsUnavailable(result, context.flags)).length,
          change: carry,
        },
        moves.errands,
        context,
      )
    : undefined;
  const first = rolled?.results ?? (await carry(agreeable));
  const shownFirst = rolled === undefined ? first : first.filter(({ end: { name } }) => name !== "not-begun");
  if (!json) showResults(isShown ? shownFirst.map(withoutPlan) : shownFirst, errands, shown, context);
  const changed = mergedResults(checked, first);
  if (shown.command === "apply") await keepStateHere(change.config, first, context);
  if (moves.arrivals.length === 0) return endOnHosts(run, { results: changed, rolled }, context);
  const ended = new Map(first.map((result) => [result.host, result]));
  const hasRun = ({ host }: HostResult): boolean => (ended.get(host)?.end.name ?? "done") === "done";
  const refused = new Set(
    checked.filter((result) => !mayBeChanged(result) || !hasRun(result)).map(({ host }) => host),
  );
  const free = new Set(errands.hosts.flatMap(({ name }) => (refused.has(name) ? [] : [name])));
  const second = await planArrivals(moves, free, context);
  const starts = second.planned.map((result) => refusedBy(result, obstacleOf(result)));
  const startable = starts.filter((result) => proposalOf(result) !== undefined);
  const agreedStarts = startable.filter(({ host }) => !second.stale.has(host));
  const stale = startable.filter(({ host }) => second.stale.has(host)).map((result) => asStale(result));
  const started = [...(await runAgreed(second.errands, agreedStarts, context)), ...stale];
  if (!json && started.length > 0) showResults(started.map(withoutPlan), errands, shown, context);
  const done = new Set(started.filter(({ end: { name } }) => name === "done").map(({ host }) => host));
  const arrived = second.ended.filter(({ to }) => done.has(to) && !second.stale.has(to));
  return endOnHosts(run, { results: mergedResults(changed, started), arrived, rolled }, context);
}

/** Shows the end of a change, as far as it was not shown before, and returns its exit code. */
export function endOnHosts(
  { errands, change, moves: { arrivals } }: ChangeRun,
  { results, arrived = [], rolled }: Ended,
  context: Context,
): ExitCode {
  const { output } = context;
  const oldHost = (host: string): OldHost => {
    if (errands.hosts.every(({ name }) => name !== host)) return "outside";
    const end = results.find((result) => result.host === host)?.end;
    return end?.name === "done" && end.code === exitCodes.blocked ? "refused" : "in-run";
  };
  const held = arrivals.filter((each) => !arrived.includes(each));
  const all = results.map((result) => withHeld(result, held, oldHost));
  if (output.options.json)
    showResults(
      all,
      errands,
      { ...shownOf(change), moves: movesJson(arrivals, arrived), rollout: rolled?.json },
      context,
    );
  else output.diagnostics(heldProblemsTogether(held, oldHost));
  return codeOf(all, errands.stopSignals.soon.aborted, context.flags);
}

/** Refuses a change that would end most agents of all hosts together. Returns true if it has refused it. */
export function refusesMassEnd(
  { errands, change, moves, checked }: ChangeRun,
  isAllowed: boolean,
  context: Context,
): boolean {
  const { output } = context;
  const massEnd = isWholeChange(change.words) && !isAllowed ? massEndIn(checked, moves.arrivals) : undefined;
  if (massEnd === undefined) return false;
  const problems = [massEndProblem(massEnd)];
  if (output.options.json) showResults(withProblems(checked, problems), errands, shownOf(change), context);
  else output.diagnostics(problems);
  return true;
}

function shownOf({ config, words: [command = ""] }: HostsChange): {
  readonly fleet: string;
  readonly command: string;
} {
  return { fleet: config.name, command };
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
  oldHost: (host: string) => OldHost,
): HostResult {
  const problems = heldProblems(result.host, held, oldHost);
  if (problems.length === 0) return result;
  const isIncomplete = problems.some(({ severity }) => severity === "error");
  const isFine = result.end.name === "done" && result.end.code === exitCodes.ok;
  return {
    ...result,
    end: isFine && isIncomplete ? { name: "done", code: exitCodes.incompleteHosts } : result.end,
    frames: [...result.frames, { kind: "problems", problems }],
  };
}
