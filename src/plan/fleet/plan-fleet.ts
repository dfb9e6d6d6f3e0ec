import { inNaturalOrder } from "../../text/natural-order.ts";
import type { Desired } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import { hasSomethingToStop } from "../agent/stop-agent.ts";
import type { AgentDiff } from "../agent-diff.ts";
import { blockByFleet } from "../blocked/block-by-fleet.ts";
import { findDeviations } from "../in-force/deviations.ts";
import { keptLogNotes } from "../notes/log-notes.ts";
import { adoptionNotes, leftToSystemdNotes, otherFileNotes, planNotes } from "../notes/notes.ts";
import { turnNotes } from "../notes/run-notes.ts";
import { selectionNotes } from "../notes/selection-notes.ts";
import { keptWorktreeNotes } from "../notes/worktree-notes.ts";
import type { Note } from "../note.ts";
import { lookAlikeNotes } from "../rename/look-alikes.ts";
import { summarize } from "../summary.ts";
import type { Plan, PlanOptions } from "../types.ts";
import { withKinds } from "../agent-plan.ts";
import { completeActions, inOrder } from "./complete-actions.ts";
import { diffAgents } from "./diff-agents.ts";
import { diffShared } from "./diff-shared.ts";
import { findHindrances, type Hindrances } from "./find-hindrances.ts";
import { viewFleet, type FleetView } from "./fleet-view.ts";
import { guardRefusals, type FleetNow } from "./guards.ts";
import { planSocket } from "./plan-socket.ts";
import { findUnmanaged } from "./unmanaged.ts";
import { versionNotes } from "./version-check.ts";

/**
 * Returns the smallest set of actions that brings the machine in line with fleet.yaml. Pure and
 * deterministic.
 */
export function planFleet(desired: Desired, observed: Observed, options: PlanOptions): Plan {
  const { layout } = desired;
  const socketPlan = planSocket(layout, observed, options);
  if (socketPlan !== undefined) return socketPlan;

  const fleet = viewFleet(desired, observed, options);
  const isAdoption = options.intent === "adopt";
  const sharedDiff = diffShared(desired, observed, isAdoption);
  const hindrances = findHindrances(fleet, sharedDiff.foreign);
  const hindrance = hindrances.ofAgents;
  const freeDiffs = diffAgents(fleet);
  const diffs = freeDiffs.map((diff) => blockByHindrance(diff, hindrances, fleet));
  const plans = diffs.map(({ plan }) => plan);
  const agents = inNaturalOrder(withKinds(plans, fleet.isOfService), ({ name }) => name);

  const agentActions = diffs.flatMap((diff) => diff.actions);
  // The first adopted agent takes over the shared files, too.
  const shared = isAdoption && agentActions.length === 0 ? { changes: [], actions: [] } : sharedDiff;
  const allActions = completeActions([...shared.actions, ...agentActions], fleet);
  // With an obstacle to agents alone, the services still get all that they need.
  const mayAct = hindrance === undefined || (hindrances.ofAll === undefined && agentActions.length > 0);
  const actions = mayAct ? inOrder(allActions, fleet) : [];
  const isHindered =
    hindrances.standing !== undefined ||
    (!mayAct && allActions.length > 0) ||
    freeDiffs.some((diff) => diff.actions.length > 0 && hindranceOf(diff, hindrances, fleet) !== undefined);
  return {
    fleet: layout.fleet,
    socket: layout.socket,
    only: options.only && [...options.only],
    summary: summarize(agents, actions),
    agents,
    shared: mayAct ? shared.changes : [],
    actions,
    unmanaged: findUnmanaged(observed, layout, fleet.declared),
    notes: [
      ...planNotes(desired, observed, shared.changes, hindrance),
      ...versionNotes(observed, layout, options.isWatch === true),
      ...aroundSelection(freeDiffs, fleet),
      ...leftToSystemdNotes(desired, observed, options),
      ...turnNotes(actions),
      ...otherFileNotes(agents, observed),
      ...keptLogNotes(actions, layout, fleet.view, loggedIn(desired)),
      ...keptWorktreeNotes(actions, layout, fleet.view, { isDestroy: false }),
      ...adoptionNotes(freeDiffs.map(({ plan }) => plan)),
      ...(hindrance === undefined ? lookAlikeNotes(agents, desired, fleet.view) : []),
    ],
    deviations: findDeviations(desired, observed, fleet.isSelected),
    hindrance: isHindered ? hindrance : undefined,
    refusals: guardRefusals(agents, fleetNow(fleet), options),
  };
}

/** Returns the obstacle of the whole fleet that also holds up one agent. */
function hindranceOf(
  { plan }: AgentDiff,
  { ofAll, ofAgents }: Hindrances,
  { isOfService }: FleetView,
): Hindrances["ofAll"] {
  return isOfService(plan.name) ? ofAll : ofAgents;
}

function blockByHindrance(diff: AgentDiff, hindrances: Hindrances, fleet: FleetView): AgentDiff {
  const hindrance = hindranceOf(diff, hindrances, fleet);
  return hindrance === undefined ? diff : blockByFleet(diff, hindrance);
}

/** Returns the notes on agents outside of a person's selection. */
function aroundSelection(
  diffs: readonly AgentDiff[],
  { desired, options, view, renames, declared, owned, isSelected }: FleetView,
): readonly Note[] {
  if (options.only === undefined || options.isOwnChoice === true) return [];
  const names = [...new Set([...declared, ...owned].map(renames.identity))];
  const isApply = options.intent === undefined;
  return selectionNotes(diffs, { names, agents: desired.agents, isApply, isSelected, view });
}

/** Returns a test for agents with a declared log. */
function loggedIn({ agents }: Desired): (name: string) => boolean {
  const logged = new Set(agents.flatMap(({ name, log }) => (log === undefined ? [] : [name])));
  return (name) => logged.has(name);
}

/** Returns the measure of the guards. */
function fleetNow({ declared, owned, observed, view }: FleetView): FleetNow {
  return {
    declared: declared.size,
    owned: owned.length,
    kept: owned.filter((name) => declared.has(name)).length,
    appliedFile: observed.appliedFile,
    present: new Set(owned.filter((name) => hasSomethingToStop(view(name)))),
  };
}
