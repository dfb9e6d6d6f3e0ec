import { strictest } from "../../desired/marks/policy.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import { startAction } from "../actions.ts";
import type { AgentDiff, RunContext } from "../agent-diff.ts";
import type { AgentPlan } from "../agent-plan.ts";
import { blockedAgent } from "../blocked/blocked-agent.ts";
import type { Change } from "../change.ts";
import { isService, type AgentView } from "../view/agent-view.ts";
import { atStake, costOfEnding } from "../view/at-stake.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";
import { diffAgentFiles } from "./agent-files.ts";
import { beforeStart } from "./diff-run.ts";
import { hindranceToStart, ownSession } from "../blocked/obstacles.ts";
import { mayEnd, mayReplace } from "./may-interrupt.ts";
import { stopTimeoutOf } from "./remove-agent.ts";
import { stopActions } from "./stop-agent.ts";

/**
 * Returns the plan for an agent turned into a service, or a service turned into an agent; undefined for any other one.
 * Both have the same unit name. The old one ends before its unit is replaced, because systemd ends a unit by the
 * commands it has read last. It waits with all of its files as long as its policy, or the declared one, keeps it.
 */
export function changeKind(
  desired: DesiredAgent,
  view: AgentView,
  context: RunContext,
): AgentDiff | undefined {
  if (!isOtherKind(desired, view)) return undefined;
  const { name, unit, timer } = desired;
  // Its timer starts it.
  const state = timer === undefined ? desired.state : "stopped";
  const { layout, observed } = context;
  const change: Change = {
    reason: "kind-changed",
    kind: desired.unitFile === undefined ? "agent" : "service",
  };
  const live = atStake(view.pane, observed.now);
  const isHere = isUp(unitPhase(view.unit)) || live !== undefined;
  const hindrance = hindranceIn(desired, view, context, isHere);
  if (hindrance !== undefined) return blockedAgent(view, hindrance.change, observed.now, hindrance.more);
  const policy = strictest(view.policy, desired);
  const verdict = state === "running" ? mayReplace(policy, view, context) : mayEnd(policy, view, context);
  if (verdict !== "now") {
    const awaiting = state === "running" ? "restart" : "stop";
    const wait = { action: "pending", cost: "none", hold: verdict, awaiting, atStake: live } as const;
    return { plan: { name, reason: change.reason, changes: [change], ...wait }, actions: [] };
  }
  const [job, ...jobs] = state === "running" ? context.jobsAhead(desired) : [];
  if (job !== undefined) {
    const awaiting = isHere ? "restart" : "start";
    const wait = { action: "pending", cost: "none", hold: "job", awaiting, atStake: live } as const;
    return { plan: { name, reason: job.reason, changes: [job, ...jobs, change], ...wait }, actions: [] };
  }
  const cause = { agent: name, reason: change.reason };
  const ends = stopActions(view, cause, stopTimeoutOf(view));
  const fixes = diffAgentFiles(desired, view, layout, undefined);
  const starts =
    state === "running"
      ? [...beforeStart(desired, view, context, cause), startAction(unit, cause, desired)]
      : [];
  const step: AgentPlan = isHere
    ? {
        name,
        action: state === "running" ? "restart" : "stop",
        reason: change.reason,
        ...costOfEnding(live),
        changes: [change],
      }
    : {
        name,
        action: state === "running" ? "start" : "change",
        reason: change.reason,
        cost: "none",
        changes: [change],
      };
  return { plan: step, actions: [...ends, ...fixes.map(({ action }) => action), ...starts] };
}

function isOtherKind(desired: DesiredAgent, view: AgentView): boolean {
  if (!view.owned) return false;
  if (desired.unitFile === undefined) {
    return view.unitMark !== undefined || (isService(view) && isUp(unitPhase(view.unit)));
  }
  const { pane, sessions, dropInMark, unit } = view;
  const hasSession = pane !== undefined || sessions.length > 0;
  return hasSession || dropInMark !== undefined || (isUp(unitPhase(unit)) && !isService(view));
}

interface Hindrance {
  readonly change: Change;
  readonly more?: readonly Change[] | undefined;
}

function hindranceIn(
  desired: DesiredAgent,
  view: AgentView,
  context: RunContext,
  isHere: boolean,
): Hindrance | undefined {
  const own = isHere ? ownSession(view, context) : undefined;
  if (own !== undefined) return own;
  if (desired.state === "running") {
    const ahead = hindranceToStart(desired, view, context);
    return ahead?.kind === "blocked" ? ahead : undefined;
  }
  return isHere && desired.protect
    ? { change: { reason: "protected", agent: desired.name, by: "declared" } }
    : undefined;
}
