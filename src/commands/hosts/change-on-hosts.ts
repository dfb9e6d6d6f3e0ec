import { placedAgents } from "../../config/hosts/place-checks.ts";
import { ignoredHosts } from "../../config/hosts/slice.ts";
import { strandedIn } from "../../hosts/departures.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { proposalOf, type HostResult } from "../../hosts/host-result.ts";
import { hostsQuestion, lingerProblem, proposedPlans, twinProblem } from "../../report/hosts/change-lines.ts";
import { twinsIn } from "../../hosts/twins.ts";
import { consent } from "../apply/execute.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { ApplyFlags } from "../shared/flags.ts";
import { movesLines, strandedProblem } from "../../report/hosts/place/move-lines.ts";
import { refusedBy, runAgreed, withProblems } from "./agreed.ts";
import { carryOut, endOnHosts, refusesMassEnd } from "./carry-out.ts";
import { planMoves, type HostsChange } from "./plan-moves.ts";
import type { Errands } from "./run-hosts.ts";
import { codeOf, showResults } from "./show-results.ts";
import { withoutLacking } from "./without-lacking.ts";

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
  const stranded =
    command === "apply"
      ? strandedIn(placedAgents(change.config), moves.planned, ignoredHosts(change.config))
      : [];
  const checked = withoutLacking(moves.planned, context).results.map((result) => {
    const own = stranded.filter(({ from }) => from === result.host);
    return refusedBy(result, obstacleOf(result, command, twins) ?? strandedProblem(own));
  });
  const agreeable = checked.filter((result) => proposalOf(result) !== undefined);
  const run = { errands, change, moves, checked };
  if (!json) {
    showResults(checked, errands, shown, context);
    output.text(movesLines(moves.arrivals, output.colors));
  }
  if (agreeable.length === 0) {
    const isWell = codeOf(checked, errands.stopSignals.soon.aborted, context.flags) === exitCodes.ok;
    const begun = isWell ? beginHere(change, context) : exitCodes.ok;
    return begun === exitCodes.ok ? endOnHosts(run, { results: checked }, context) : begun;
  }
  const { yes = false, allowRemoveAll = false } = context.flags as ApplyFlags;
  if (refusesMassEnd(run, allowRemoveAll, context)) return exitCodes.blocked;
  const agreed = errands.stopSignals.soon.aborted
    ? { code: exitCodes.interrupted, problems: [] }
    : await consent(hostsQuestion(command, agreeable), yes, context, proposedPlans(agreeable));
  if (agreed !== "go") {
    const left = agreed.code === exitCodes.interrupted ? checked.map(asNotBegun) : checked;
    if (json) showResults(withProblems(left, agreed.problems), errands, shown, context);
    return agreed.code;
  }
  const begun = beginHere(change, context);
  if (begun !== exitCodes.ok) return begun;
  return carryOut(
    {
      ...run,
      agreeable,
      isShown: true,
      obstacleOf: (result) => obstacleOf(result, command, twins),
      carry: (some) => runAgreed(moves.errands, some, context),
    },
    context,
  );
}

/** Returns the result of a host whose plan waits for an agreement, and is not begun any more. */
function asNotBegun(result: HostResult): HostResult {
  return proposalOf(result) === undefined ? result : { ...result, end: { name: "not-begun" } };
}

/** Takes the step of this machine. Returns its exit code. */
function beginHere({ onAgreed }: HostsChange, context: Context): ExitCode {
  const begun = onAgreed?.();
  return begun?.ok === false ? report(context, begun.diagnostics) : exitCodes.ok;
}

/** Returns the reason why a host may not be changed; undefined if it may. */
export function obstacleOf(
  result: HostResult,
  command: string,
  twins: ReadonlyMap<string, string>,
): Diagnostic | undefined {
  const twin = twinObstacle(result, twins);
  if (twin !== undefined) return twin;
  const endsLater =
    starting.has(command) && result.facts?.lingers === false && proposalOf(result) !== undefined;
  return endsLater ? lingerProblem() : undefined;
}

/** Returns the reason why a host may not be changed that is the machine of another one. */
export function twinObstacle(
  { host }: HostResult,
  twins: ReadonlyMap<string, string>,
): Diagnostic | undefined {
  const twin = twins.get(host);
  return twin === undefined ? undefined : twinProblem(twin);
}
