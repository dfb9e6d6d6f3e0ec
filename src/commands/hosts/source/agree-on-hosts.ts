import { type HostResult, proposalOf } from "../../../hosts/host-result.ts";
import { twinsIn } from "../../../hosts/twins.ts";
import {
  hostsQuestion,
  lingerWarning,
  proposedPlans,
  twinProblem,
} from "../../../report/hosts/change-lines.ts";
import { consent } from "../../apply/execute.ts";
import type { Context } from "../../shared/context.ts";
import type { ExitCode } from "../../shared/exit-codes.ts";
import { mergedResults, refusedBy, runAgreed, withProblems } from "../agreed.ts";
import { type Errands, runOnHosts } from "../run-hosts.ts";
import { codeOf, showResults } from "../show-results.ts";

/** A change on several hosts that needs no other host. */
interface HostsOrder {
  readonly fleet: string;
  /** Its name, for the question and the JSON. */
  readonly command: string;
  readonly yes: boolean;
  /** True if it makes a host run agents by itself, for which the host has to linger. */
  readonly needsLinger?: boolean;
}

/**
 * Runs a change that each host proposes: shows the proposals, asks once, and has each host do exactly its own. A host with
 * another one by then changes nothing, and no host keeps another from its change.
 */
export async function agreeOnHosts(
  errands: Errands,
  { fleet, command, yes, needsLinger = false }: HostsOrder,
  context: Context,
): Promise<ExitCode> {
  const { output } = context;
  const { json } = output.options;
  const shown = { fleet, command };
  const proposed = await runOnHosts({ ...errands, purpose: "read" }, context);
  const twins = twinsIn(proposed);
  const checked = proposed
    .map((result) => {
      const twin = twins.get(result.host);
      return refusedBy(result, twin === undefined ? undefined : twinProblem(twin));
    })
    .map((result) => (needsLinger ? withLingerWarning(result) : result));
  const agreeable = checked.filter((result) => proposalOf(result) !== undefined);
  const wasStopped = (): boolean => errands.stopSignals.soon.aborted;
  if (!json || agreeable.length === 0) showResults(checked, errands, shown, context);
  if (agreeable.length === 0 || wasStopped()) return codeOf(checked, wasStopped(), context.flags);
  const agreed = await consent(hostsQuestion(command, agreeable), yes, context, proposedPlans(agreeable));
  if (agreed !== "go") {
    if (json) showResults(withProblems(checked, agreed.problems), errands, shown, context);
    return agreed.code;
  }
  const changed = await runAgreed(errands, agreeable, context);
  const all = mergedResults(checked, changed);
  showResults(json ? all : changed, errands, shown, context);
  return codeOf(all, wasStopped(), context.flags);
}

/** Warns of a host whose user manager ends with the last login: it would follow nothing from then on. */
function withLingerWarning(result: HostResult): HostResult {
  if (result.facts?.lingers !== false || proposalOf(result) === undefined) return result;
  return { ...result, frames: [...result.frames, { kind: "problems", problems: [lingerWarning()] }] };
}
