import type { Desired } from "../desired/types.ts";
import type { Observed } from "../observe/types.ts";
import { daemonReload, resetFailed, start } from "./actions.ts";
import { agentViews, ownedNames } from "./agent-view.ts";
import { diffAgent, type RunContext } from "./diff-agent.ts";
import { diffShared } from "./diff-shared.ts";
import { holdBack } from "./hold-back.ts";
import { guardRefusals } from "./guards.ts";
import { planNotes } from "./notes.ts";
import { needsReload, orderActions } from "./order.ts";
import { removeAgent } from "./remove-agent.ts";
import { strangerFinder } from "./stranger-ahead.ts";
import { summarize } from "./summary.ts";
import { tmuxHindrance } from "./tmux-check.ts";
import type { Action, Plan, PlanOptions } from "./types.ts";
import { unitPhase } from "./unit-state.ts";
import { findUnmanaged } from "./unmanaged.ts";

/** The smallest set of actions that brings the machine in line with what is declared. Pure and deterministic. */
export function planFleet(desired: Desired, observed: Observed, options: PlanOptions): Plan {
  const { layout } = desired;
  const view = agentViews(observed, layout);
  const strangerAhead = strangerFinder(desired.agents, view, layout);
  const context: RunContext = { layout, observed, options, strangerAhead };
  const declared = new Set(desired.agents.map(({ name }) => name));
  const owned = ownedNames(observed, layout);
  const wanted = (name: string): boolean => options.only?.has(name) ?? true;

  const shared = diffShared(desired, observed);
  const hindrance = shared.foreign ?? tmuxHindrance(observed, layout);
  const free = [
    ...desired.agents
      .filter(({ name }) => wanted(name))
      .map((agent) => diffAgent(agent, view(agent.name), context)),
    ...owned
      .filter((name) => !declared.has(name) && wanted(name))
      .map((name) => removeAgent(view(name), "no-longer-declared", context)),
  ];
  const diffs = hindrance === undefined ? free : free.map((diff) => holdBack(diff, hindrance));

  const agents = diffs.map(({ plan }) => plan).sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = diffs.flatMap(({ actions }) => actions);
  const all = [...shared.actions, ...own];
  const whole = [...all, ...holderActions(all, observed, layout.holderUnit), ...reloadAction(all, observed)];
  const actions = hindrance === undefined ? orderActions(whole, layout.holderUnit) : [];
  const isHeld = [shared.foreign, ...whole, ...free.flatMap((diff) => diff.actions)].some(
    (each) => each !== undefined,
  );
  return {
    fleet: layout.fleet,
    socket: layout.socket,
    summary: summarize(agents, actions),
    agents,
    shared: hindrance === undefined ? shared.changes : [],
    actions,
    unmanaged: findUnmanaged(observed, layout, declared),
    notes: planNotes(desired, observed, shared.changes, hindrance),
    hindrance: isHeld ? hindrance : undefined,
    refusals: guardRefusals(agents, declared.size, owned.length, options),
  };
}

/** The holder is started with the first agent that needs it, and never restarted. */
function holderActions(
  actions: readonly Action[],
  observed: Observed,
  holderUnit: string,
): readonly Action[] {
  const phase = unitPhase(observed.units.get(holderUnit));
  if (phase === "running" || !actions.some(({ kind }) => kind === "start" || kind === "restart")) return [];
  const cause = { reason: phase === "failed" ? "failed" : "not-running" } as const;
  return [...(phase === "failed" ? [resetFailed(holderUnit, cause)] : []), start(holderUnit, cause)];
}

/** One reload for all unit texts and links together. */
function reloadAction(actions: readonly Action[], { reloadPending }: Observed): readonly Action[] {
  const cause = actions.find(needsReload);
  if (cause === undefined && !reloadPending) return [];
  return [daemonReload(cause?.reason ?? "reload-pending")];
}
