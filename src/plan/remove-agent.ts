import { dropInPath, envPath, linkPath } from "../desired/layout.ts";
import { removeFile, resetFailed, unlink } from "./actions.ts";
import type { AgentView } from "./agent-view.ts";
import type { AgentDiff, DiffContext } from "./diff-agent.ts";
import { ownSession } from "./diff-run.ts";
import { endAgent } from "./end-agent.ts";
import { atStake } from "./interruption.ts";
import type { Action, AgentPlan, Reason } from "./types.ts";
import { isUp, unitPhase } from "./unit-state.ts";

/** TimeoutStopSec= of the template, ms. */
const defaultStopTimeoutMs = 20_000;

/** How long a removed agent may take to stop, ms: it is no longer declared, but its drop-in still says it. */
function stopTimeoutOf({ dropIn }: AgentView): number {
  const found = dropIn?.kind === "file" ? /^TimeoutStopSec=(\d+)(ms|s)$/m.exec(dropIn.content) : undefined;
  return found ? Number(found[1]) * (found[2] === "s" ? 1000 : 1) : defaultStopTimeoutMs;
}

/** Removes an agent of ours: stops it, then removes its files, the one that carries its mark last. */
export function removeAgent(
  view: AgentView,
  reason: Extract<Reason, "no-longer-declared" | "destroy">,
  context: DiffContext,
): AgentDiff {
  const { name } = view;
  const stake = atStake(view.pane, context.observed.now);
  const common = { name, hold: undefined, atStake: stake };
  if (view.envMark?.protect) {
    const detail = "it is marked protect: true; set protect: false and apply before you remove it";
    return blocked({ ...common, reason: "protected", detail });
  }
  const hindrance =
    stake || isUp(unitPhase(view.unit)) || view.sessions.length > 0 ? ownSession(view, context) : undefined;
  if (hindrance?.kind === "blocked") return blocked({ ...common, ...hindrance });
  const change = { reason, detail: undefined };
  return {
    plan: { ...common, action: "remove", ...change, cost: stake ? "agent" : "none", changes: [change] },
    actions: removal(view, reason, context),
  };
}

function blocked(
  plan: Pick<AgentPlan, "name" | "hold" | "atStake"> & { reason: Reason; detail: string },
): AgentDiff {
  const { name, hold, atStake: stake, reason, detail } = plan;
  const change = { reason, detail };
  return {
    plan: { name, hold, atStake: stake, action: "blocked", ...change, cost: "none", changes: [change] },
    actions: [],
  };
}

function removal(view: AgentView, reason: Reason, { layout }: DiffContext): readonly Action[] {
  const cause = { agent: view.name, reason };
  const phase = unitPhase(view.unit);
  // What has to be killed in the end counts as failed, and nobody would ever look after that unit again.
  const mayFail = isUp(phase);
  return [
    ...endAgent(view, cause, stopTimeoutOf(view)),
    ...(phase === "failed" || mayFail ? [resetFailed(view.unitName, cause)] : []),
    ...(view.link?.kind === "link" ? [unlink(linkPath(layout, view.name), cause)] : []),
    ...(view.dropInMark ? [removeFile(dropInPath(layout, view.name), layout, cause)] : []),
    ...(view.envMark ? [removeFile(envPath(layout, view.name), layout, cause)] : []),
  ];
}
