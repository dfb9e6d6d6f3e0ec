import { dropInPath, envPath, linkPath, unitFilePath } from "../../desired/layout.ts";
import { completionPath } from "../../desired/marks/completion.ts";
import { suspensionPath } from "../../desired/marks/suspension.ts";
import { removeFileAction, resetFailedAction, unlinkAction } from "../actions.ts";
import { settingsFile, unreadableFile, type AgentView } from "../view/agent-view.ts";
import type { AgentDiff, DiffContext } from "../agent-diff.ts";
import type { PolicyWait } from "../agent-plan.ts";
import { ownSession } from "../blocked/obstacles.ts";
import { endTimer } from "./diff-timer.ts";
import { blockedAgent } from "../blocked/blocked-agent.ts";
import { stopActions } from "./stop-agent.ts";
import { foreignChange } from "../blocked/foreign-things.ts";
import { atStake, costOfEnding } from "../view/at-stake.ts";
import { mayEnd, mayReplace, type PolicyVerdict } from "./may-interrupt.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { Policy } from "../../desired/marks/policy.ts";
import type { Change, Reason } from "../change.ts";
import type { Action } from "../types.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";
import { defaultStopTimeoutMs } from "../../desired/stop-timeout.ts";

/**
 * Returns the longest time for the stop of a removed agent, ms: no longer declared, but still in its drop-in or unit file.
 */
export function stopTimeoutOf(view: AgentView): number {
  const file = settingsFile(view);
  const found = file?.kind === "file" ? /^TimeoutStopSec=(\d+)(ms|s)$/m.exec(file.content) : undefined;
  return found ? Number(found[1]) * (found[2] === "s" ? 1000 : 1) : defaultStopTimeoutMs;
}

/** The reason for the removal of an agent, and the declared successor of a renamed one. */
export type Removal =
  | { readonly reason: "no-longer-declared" | "destroy" }
  | { readonly reason: "renamed"; readonly successor: DesiredAgent };

/**
 * Removes an agent of ours: stops it, then removes its files, the one with its mark last. An undeclared agent
 * waits as `policy` says.
 */
export function removeAgent(
  view: AgentView,
  removal: Removal,
  context: DiffContext,
  policy = view.policy,
): AgentDiff {
  const { name } = view;
  const { reason } = removal;
  // A rename is no removal: as with a restart, an agent is there afterwards.
  const isRename = reason === "renamed";
  const stake = atStake(view.pane, context.observed.now);
  const unknown = unknownFile(view, context);
  if (unknown !== undefined) return blockedAgent(view, unknown, context.observed.now);
  const marks = [view.envMark, view.dropInMark, view.unitMark];
  const isProtected = marks.some((mark) => mark?.protect === true);
  if (!isRename && view.env === undefined && stake !== undefined && !isProtected) {
    return blockedAgent(view, { reason: "protected", agent: name, by: "unknown" }, context.observed.now);
  }
  if (!isRename && isProtected) {
    return blockedAgent(view, { reason: "protected", agent: name, by: "marked" }, context.observed.now);
  }
  const hindrance =
    stake || isUp(unitPhase(view.unit)) || view.sessions.length > 0 ? ownSession(view, context) : undefined;
  if (hindrance !== undefined) return blockedAgent(view, hindrance.change, context.observed.now);
  const change: Change =
    removal.reason === "renamed"
      ? { reason: removal.reason, successor: removal.successor.name }
      : { reason: removal.reason };
  const verdict = verdictOn(removal, view, context, policy);
  if (verdict !== "now") return waitingRemoval(view, verdict, change, context);
  return {
    plan: { name, action: "remove", reason, ...costOfEnding(stake), changes: [change] },
    actions: removalActions(view, reason, context),
  };
}

function verdictOn(removal: Removal, view: AgentView, context: DiffContext, policy: Policy): PolicyVerdict {
  switch (removal.reason) {
    case "destroy":
      return "now";
    case "no-longer-declared":
      return mayEnd(policy, view, context);
    case "renamed":
      return removal.successor.state === "running"
        ? mayReplace(policy, view, context)
        : mayEnd(policy, view, context);
  }
}

/**
 * Returns a removal that waits. The agent's files stay: they record its owner and its policy. Its link stays
 * too, because a file saved by mistake must not keep a fleet from coming back after a reboot.
 */
function waitingRemoval(
  { name, pane }: AgentView,
  hold: PolicyWait,
  change: Change,
  { observed }: DiffContext,
): AgentDiff {
  return {
    plan: {
      name,
      action: "pending",
      reason: change.reason,
      cost: "none",
      hold,
      awaiting: "remove",
      atStake: atStake(pane, observed.now),
      changes: [change],
    },
    actions: [],
  };
}

/** Returns a file with an unknown owner, which may also record `protect`. */
function unknownFile(view: AgentView, { layout }: DiffContext): Change | undefined {
  const { name, env, dropIn } = view;
  const which = unreadableFile(view);
  if (which === "env") return env && foreignChange(envPath(layout, name), env);
  return which && dropIn && foreignChange(dropInPath(layout, name), dropIn);
}

function removalActions(view: AgentView, reason: Reason, { layout }: DiffContext): readonly Action[] {
  const cause = { agent: view.name, reason };
  const phase = unitPhase(view.unit);
  const ends = stopActions(view, cause, stopTimeoutOf(view));
  // A unit killed in the end counts as failed, and no later plan would clean up after it.
  const mayFail = ends.some(({ kind }) => kind === "stop");
  return [
    ...ends,
    ...(phase === "failed" || mayFail ? [resetFailedAction(view.unitName, cause)] : []),
    ...endTimer(view, layout, cause),
    ...(view.link?.kind === "link" ? [unlinkAction(linkPath(layout, view.name), cause)] : []),
    ...(view.dropInMark ? [removeFileAction(dropInPath(layout, view.name), layout, cause)] : []),
    ...(view.unitMark ? [removeFileAction(unitFilePath(layout, view.name), layout, cause)] : []),
    ...(view.suspension ? [removeFileAction(suspensionPath(layout, view.name), layout, cause)] : []),
    ...(view.completion ? [removeFileAction(completionPath(layout, view.name), layout, cause)] : []),
    ...(view.envMark ? [removeFileAction(envPath(layout, view.name), layout, cause)] : []),
  ];
}
