import { completionPath, isOfConfig } from "../../desired/marks/completion.ts";
import { formatConfigMark } from "../../desired/marks/config-mark.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import {
  removeFileAction,
  resetFailedAction,
  restartAction,
  startAction,
  tagAction,
  type ActionCause,
} from "../actions.ts";
import type { AgentView } from "../view/agent-view.ts";
import { changedConfig } from "../config/changed-config.ts";
import { isCompleted } from "../view/completed.ts";
import type { DiffContext, RunContext } from "../agent-diff.ts";
import { stopActions } from "./stop-agent.ts";
import { atStake } from "../view/at-stake.ts";
import { phaseAmongFailures } from "../view/crash-loop.ts";
import { currentWait, waitTraits } from "../view/current-wait.ts";
import { hindranceToStart, ownSession, unmetNeed, type BlockedRun } from "../blocked/obstacles.ts";
import { mayEnd, mayInterrupt } from "./may-interrupt.ts";
import { nextConfig, runningConfig } from "../config/observed-config.ts";
import { configChange, isFormerConfig } from "../config/same-config.ts";
import type { PolicyWait } from "../agent-plan.ts";
import type { Change } from "../change.ts";
import type { Action } from "../types.ts";
import { hasToStop, isToStart, type UnitPhase } from "../view/unit-phase.ts";

/** The next step of the unit, and its reason. */
export type RunDiff =
  | { readonly kind: "none"; readonly change: Change | undefined; readonly actions: readonly Action[] }
  | {
      readonly kind: "start" | "restart" | "stop";
      readonly change: Change;
      readonly actions: readonly Action[];
    }
  | {
      readonly kind: "pending";
      readonly hold: PolicyWait | "job";
      readonly awaiting: "start" | "restart" | "stop";
      readonly change: Change;
      /** Further reasons. */
      readonly more?: readonly Change[] | undefined;
      readonly actions: readonly Action[];
    }
  | BlockedRun;

const noRun: RunDiff = { kind: "none", change: undefined, actions: [] };

/** Compares the unit and session of one declared agent, known to be ours or absent, with the declaration. */
export function diffRun(desired: DesiredAgent, view: AgentView, context: RunContext): RunDiff {
  if (desired.state === "running") return towardsRunning(desired, view, context);
  if (context.options.intent !== undefined) {
    return { kind: "blocked", change: { reason: "stop-declared", ...profilesIn(desired) } };
  }
  return towardsStopped(desired, view, context);
}

function towardsRunning(desired: DesiredAgent, view: AgentView, context: RunContext): RunDiff {
  const phase = phaseAmongFailures(view);
  const { intent } = context.options;
  // Its timer starts it, and the next run has the new configuration.
  if (desired.timer !== undefined && intent === undefined) return noRun;
  switch (phase) {
    case "running": {
      if (intent === "start") return noRun;
      const asked: Change | undefined = intent === "restart" ? { reason: "requested" } : undefined;
      const change = reasonToRestart(desired, view) ?? asked;
      if (change === undefined) return renewMark(desired, view);
      return isToStart(view.unit)
        ? joinStart(desired, view, change, context)
        : restartStep(desired, view, change, context);
    }
    case "starting":
      return startingStep(desired, view, context);
    case "stopped":
      if (intent === undefined && isCompleted(desired, view)) return noRun;
      return startStep(desired, view, phase, context);
    case "restarting":
    case "failed":
    case "stopping":
      return startStep(desired, view, phase, context);
  }
}

/**
 * Returns the step of an agent whose start is under way. An apply leaves it alone, unless its declaration has changed. A
 * person may wait for it or repeat it, except before its turn. `fleet start` ends a hold or a limit without a step.
 */
function startingStep(desired: DesiredAgent, view: AgentView, context: RunContext): RunDiff {
  const { intent } = context.options;
  const wait = currentWait(view);
  const isQueued = wait !== undefined && waitTraits[wait.kind].isQueued;
  const isLeft = isQueued || context.options.isWatch === true; // a watch looks again when it has started
  if (intent === undefined) return isLeft ? noRun : changedStart(desired, view, context);
  if (intent === "start" && isQueued) return noRun;
  if (intent === "restart" && !isQueued) return restartStep(desired, view, { reason: "requested" }, context);
  return joinStart(
    desired,
    view,
    { reason: "not-running", underWay: "start", ...profilesIn(desired) },
    context,
  );
}

/**
 * Returns the step of a starting agent with another declaration than before, such as one in a crash loop. Its command may
 * run by the old files, so it restarts as a running agent would; apply first waits to see by which files it has started.
 * Before its command, its hooks go on: the start that follows them reads the new files.
 */
function changedStart(desired: DesiredAgent, view: AgentView, context: RunContext): RunDiff {
  const isLive = view.pane !== undefined && !view.pane.dead;
  const config = isLive ? runningConfig(view, desired.env) : nextConfig(view);
  const change = config && configChange(config, desired);
  if (change === undefined) return noRun;
  const isBefore = view.unit?.sub === "start-pre";
  return isBefore ? joinStart(desired, view, change, context) : restartStep(desired, view, change, context);
}

function reasonToRestart(desired: DesiredAgent, view: AgentView): Change | undefined {
  const hasSession = view.pane !== undefined && !view.pane.dead;
  if (desired.unitFile === undefined && !hasSession) return { reason: "session-gone" };
  const running = runningConfig(view, desired.env);
  if (running === undefined) return { reason: "config-unknown" };
  return configChange(running, desired);
}

/**
 * Renews the mark of an up-to-date agent in the form of this version: an earlier version digested the bytes
 * of an envFile, so the next comment in it would look like a change.
 */
function renewMark(desired: DesiredAgent, { pane, unitName }: AgentView): RunDiff {
  if (pane?.config === undefined || !isFormerConfig(pane.config, desired)) return noRun;
  const change: Change = { reason: "settings-changed", record: "env", names: [] };
  const mark = formatConfigMark(desired.config);
  const cause = { agent: desired.name, reason: change.reason };
  return { kind: "none", change, actions: [tagAction(pane, unitName, mark, cause)] };
}

function restartStep(desired: DesiredAgent, view: AgentView, change: Change, context: RunContext): RunDiff {
  const stake = atStake(view.pane, context.observed.now);
  const verdict = mayInterrupt(desired, stake, context.options);
  // Apply writes its files already. So a missing need blocks it: after a crash, systemd would start it with them.
  if (verdict !== "now") return unmetNeed(desired) ?? waiting(verdict, "restart", change);
  const obstacle =
    ownSession(view, context) ??
    hindranceToStart(desired, view, context) ??
    waitForJobs(desired, context, "restart", change);
  if (obstacle) return obstacle;
  const cause = { agent: desired.name, reason: change.reason };
  return {
    kind: "restart",
    change,
    actions: [
      // A restart counts as a start: without this, quick edits would run into the start limit and end the agent.
      resetFailedAction(desired.unit, cause),
      ...forgetCompletion(desired, view, context, cause),
      restartAction(
        desired.unit,
        { ...cause, timeoutMs: desired.stopTimeoutMs, cost: stake ? "agent" : "none" },
        desired,
      ),
    ],
  };
}

function waiting(hold: PolicyWait, awaiting: "restart" | "stop", change: Change): RunDiff {
  return { kind: "pending", hold, awaiting, change, actions: [] };
}

/** Returns the step of an agent that starts after jobs, if one of them is not completed. */
function waitForJobs(
  desired: DesiredAgent,
  { jobsAhead }: RunContext,
  awaiting: "start" | "restart",
  ...others: readonly Change[]
): RunDiff | undefined {
  const [change, ...jobs] = jobsAhead(desired);
  if (change === undefined) return undefined;
  return { kind: "pending", hold: "job", awaiting, change, more: [...jobs, ...others], actions: [] };
}

function startStep(desired: DesiredAgent, view: AgentView, phase: UnitPhase, context: RunContext): RunDiff {
  // A reset of the failure before the end of a run would hide it, and systemd may be about to start it again.
  if (isToStart(view.unit) || (phase === "stopping" && view.unit?.job === undefined)) {
    const underWay = isToStart(view.unit) ? "start" : "end";
    return joinStart(desired, view, { reason: "not-running", underWay, ...profilesIn(desired) }, context);
  }
  // A person may have started something in the pane an agent left: a start would end it.
  if (view.pane !== undefined && !view.pane.dead && phase !== "restarting" && phase !== "stopping") {
    return restartStep(desired, view, { reason: "not-running", ...profilesIn(desired) }, context);
  }
  const obstacle = hindranceToStart(desired, view, context) ?? waitForJobs(desired, context, "start");
  if (obstacle) return obstacle;
  // systemd will have restarted it when a saved plan is applied; its files are written all the same.
  if (phase === "restarting" && context.options.leaveToSystemd) return noRun;
  const failed = phase === "failed" || phase === "restarting";
  const change: Change = failed
    ? {
        reason: "failed",
        exitStatus: view.exitStatus,
        ...(view.runtime?.memoryEnd === undefined ? {} : { outOfMemory: true }),
        isRetried: phase === "restarting",
      }
    : (changedJob(desired, view) ??
      (view.owned ? { reason: "not-running", ...profilesIn(desired) } : { reason: "new" }));
  const cause = { agent: desired.name, reason: change.reason };
  return {
    kind: "start",
    change,
    actions: [...beforeStart(desired, view, context, cause), goStep(desired, phase, cause)],
  };
}

/**
 * Returns the start of a unit systemd has been told to start, or that ends by itself: it joins the job or follows the
 * end, and does nothing if the agent runs again by then. So nobody is interrupted because of it. The verification finds out
 * whether the new run is as declared.
 */
function joinStart(desired: DesiredAgent, view: AgentView, change: Change, context: RunContext): RunDiff {
  const obstacle = hindranceToStart(desired, view, context) ?? waitForJobs(desired, context, "start");
  if (obstacle) return obstacle;
  const cause = { agent: desired.name, reason: change.reason };
  return { kind: "start", change, actions: [startAction(desired.unit, cause, desired)] };
}

/** Returns the reason to run a completed job again: its declaration has changed. */
function changedJob({ isJob, config }: DesiredAgent, { completion }: AgentView): Change | undefined {
  if (!isJob || completion?.config === undefined || isOfConfig(completion, config)) return undefined;
  return changedConfig(completion.config, config);
}

/** Returns the actions before the start of an agent, after which systemd neither counts nor skips the start. */
export function beforeStart(
  desired: DesiredAgent,
  view: AgentView,
  context: DiffContext,
  cause: ActionCause,
): readonly Action[] {
  return [
    // As long as the manager has a unit in memory, starts by hand count towards its start limit too.
    ...(view.unit === undefined ? [] : [resetFailedAction(desired.unit, cause)]),
    ...forgetCompletion(desired, view, context, cause),
  ];
}

/** Removes the completion of a job, because systemd skips the start of a completed job. */
function forgetCompletion(
  { isJob, name }: DesiredAgent,
  { completion }: AgentView,
  { layout }: DiffContext,
  cause: ActionCause,
): readonly Action[] {
  return isJob && completion !== undefined
    ? [removeFileAction(completionPath(layout, name), layout, cause)]
    : [];
}

/**
 * Returns the restart or start. While the unit waits for its automatic restart, systemd delays a start until
 * then (service_start in its source).
 */
function goStep(desired: DesiredAgent, phase: UnitPhase, cause: ActionCause): Action {
  const { unit, stopTimeoutMs } = desired;
  if (phase !== "restarting") return startAction(unit, cause, desired);
  return restartAction(unit, { ...cause, timeoutMs: stopTimeoutMs, cost: "none" }, desired);
}

function towardsStopped(desired: DesiredAgent, view: AgentView, context: DiffContext): RunDiff {
  const stake = atStake(view.pane, context.observed.now);
  if (hasToStop(view.unit) || stake !== undefined) {
    if (desired.protect) {
      return { kind: "blocked", change: { reason: "protected", agent: desired.name, by: "declared" } };
    }
    const hindrance = ownSession(view, context);
    if (hindrance) return hindrance;
  }
  const actions = stopActions(view, { agent: desired.name, reason: "stop-wanted" }, desired.stopTimeoutMs);
  if (actions.length === 0) return noRun;
  const change: Change = { reason: "stop-wanted", ...profilesIn(desired) };
  const verdict = mayEnd(desired, view, context);
  return verdict === "now" ? { kind: "stop", change, actions } : waiting(verdict, "stop", change);
}

/** Returns the profiles of an agent: they say why it runs or is stopped. */
function profilesIn({ profiles }: DesiredAgent): { readonly profiles?: readonly string[] } {
  return profiles === undefined ? {} : { profiles: profiles.names };
}
