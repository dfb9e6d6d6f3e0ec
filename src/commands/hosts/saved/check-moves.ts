import { placedAgents } from "../../../config/hosts/place-checks.ts";
import { ignoredHosts } from "../../../config/hosts/slice.ts";
import { arrivalsIn, arrivalsNow, hostsToAsk, type Arrival } from "../../../hosts/arrivals.ts";
import { departuresIn, strandedIn } from "../../../hosts/departures.ts";
import type { HostResult } from "../../../hosts/host-result.ts";
import { strandedProblem } from "../../../report/hosts/place/move-lines.ts";
import type { Context } from "../../shared/context.ts";
import { refusedBy } from "../agreed.ts";
import { byHost, wholePlans, type HostsChange } from "../plan-moves.ts";
import { runOnHosts, type Errands } from "../run-hosts.ts";

/** The saved plans of hosts, and the agents that have to end on another host first, as they are by now. */
interface CheckedMoves {
  readonly checked: readonly HostResult[];
  readonly arrivals: readonly Arrival[];
}

/**
 * Looks again at the agents that move by saved plans, because hosts may have changed since. An agent that another host has by
 * now, or may have, waits, so the plan of its new host does not fit any more. A host keeps agents whose next host does not
 * answer. Asks no host if no agent moves.
 */
export async function checkMoves(
  { checked, arrivals: planned }: CheckedMoves,
  { config, reach }: HostsChange,
  errands: Errands,
  context: Context,
): Promise<CheckedMoves> {
  const placed = placedAgents(config);
  const plans = byHost(checked);
  const ignored = ignoredHosts(config);
  const asked = new Set([
    ...departuresIn(placed, checked, ignored).map(({ to }) => to),
    ...hostsToAsk(placed, plans, new Set()),
  ]);
  if (asked.size === 0) return { checked, arrivals: planned };
  const inRun = errands.hosts.filter(({ name }) => asked.has(name));
  const known = new Set(inRun.map(({ name }) => name));
  const hosts = [...inRun, ...(await reach([...asked].filter((name) => !known.has(name))))];
  const read = wholePlans({ ...errands, purpose: "read" }, config.name);
  const answers = byHost(await runOnHosts({ ...read, hosts }, context));
  const here = new Set(checked.map(({ host }) => host));
  const arrivals = arrivalsNow(planned, arrivalsIn(placed, plans, answers), here);
  const reached = checked.map((result) => {
    const answer = answers.get(result.host);
    const isSilent = answer !== undefined && answer.end.name !== "done" && result.end.name === "done";
    return isSilent ? answer : result;
  });
  const stranded = strandedIn(placed, reached, ignored);
  const refused = reached.map((result) =>
    refusedBy(result, strandedProblem(stranded.filter(({ from }) => from === result.host))),
  );
  return { checked: refused, arrivals };
}
