import { placedAgents } from "../../config/hosts/place-checks.ts";
import { ignoredHosts } from "../../config/hosts/slice.ts";
import { strandedIn } from "../../hosts/departures.ts";
import { twinsIn } from "../../hosts/twins.ts";
import { movesJson, movesLines, strandedProblem } from "../../report/hosts/place/move-lines.ts";
import { report, type Context } from "../shared/context.ts";
import type { CommonFlags, PlanFlags } from "../shared/flags.ts";
import { refusedBy } from "./agreed.ts";
import { twinObstacle } from "./change-on-hosts.ts";
import { planMoves, type HostsChange } from "./plan-moves.ts";
import type { Errands } from "./run-hosts.ts";
import { saveHostsPlan, savingErrands } from "./save-hosts-plan.ts";
import { codeOf, showResults } from "./show-results.ts";
import { withoutLacking } from "./without-lacking.ts";

/** Plans on several hosts, and saves the plans if there is a file for them. Agents that would move wait, as in an apply. */
export async function planOnHosts(errands: Errands, change: HostsChange, context: Context): Promise<number> {
  const { output } = context;
  const { out, skipUnreachable = false } = context.flags as PlanFlags & CommonFlags;
  const asked = out === undefined ? errands : savingErrands(errands, out);
  const { planned: found, arrivals } = await planMoves(asked, change, context);
  const twins = out === undefined ? new Map<string, string>() : twinsIn(found);
  const { results, lacking } = withoutLacking(found, context);
  const stranded = strandedIn(placedAgents(change.config), found, ignoredHosts(change.config));
  const planned = results.map((result) => {
    const own = stranded.filter(({ from }) => from === result.host);
    return refusedBy(result, twinObstacle(result, twins) ?? strandedProblem(own));
  });
  const shown = { fleet: change.config.name, command: change.words[0] ?? "", moves: movesJson(arrivals, []) };
  const toSave = planned.filter(
    ({ host, end: { name } }) => !lacking.includes(host) && !(skipUnreachable && name === "unreachable"),
  );
  // Before any output, because there is only one: the plans, or the reason for the failure to save them.
  const saved = out === undefined ? undefined : saveHostsPlan(toSave, { file: out, change }, errands, shown);
  if (saved?.ok === false) return report(context, saved.diagnostics);
  showResults(planned, errands, shown, context);
  if (!output.options.json) output.text(movesLines(arrivals, output.colors));
  if (saved !== undefined) output.remark(saved.value);
  return codeOf(planned, errands.stopSignals.soon.aborted, context.flags);
}
