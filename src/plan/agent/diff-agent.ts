import type { AgentDiff, DiffContext, RunContext } from "../agent-diff.ts";
import { isEdited } from "../../desired/marks/file-mark.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import { diffAgentFiles, type FileFix } from "./agent-files.ts";
import { daemonReloadAction, tagAction } from "../actions.ts";
import type { AgentView } from "../view/agent-view.ts";
import { blockedAgent, untouchedAgent } from "../blocked/blocked-agent.ts";
import { foreignObject } from "../blocked/foreign-things.ts";
import { observedConfig } from "../config/observed-config.ts";
import { changeKind } from "./change-kind.ts";
import { diffLog, type LogFix } from "./diff-log.ts";
import { diffRun, type RunDiff } from "./diff-run.ts";
import { diffWindows, type WindowsFix } from "./diff-windows.ts";
import { notLoaded } from "../in-force/not-loaded.ts";
import { unitOverrides } from "../in-force/unit-overrides.ts";
import { atStake, costOfEnding } from "../view/at-stake.ts";
import { needsReload } from "../order.ts";
import type { Change } from "../change.ts";
import { isSameChange } from "../same-change.ts";
import { configChange } from "../config/same-config.ts";
import type { AgentPlan } from "../agent-plan.ts";
import type { Action } from "../types.ts";

/** Compares one declared agent with its observed state. */
export function diffAgent(desired: DesiredAgent, view: AgentView, context: RunContext): AgentDiff {
  const foreign =
    foreignObject(desired, view, context.layout) ?? replacedUnit(desired, context) ?? otherWorktree(desired);
  if (foreign !== undefined) return blockedAgent(view, foreign, context.observed.now);

  const other = changeKind(desired, view, context);
  if (other !== undefined) return other;
  const before = observedConfig(view);
  const change = before && configChange(before, desired);
  const run = diffRun(desired, view, context);
  if (run.kind === "blocked") return blockedAgent(view, run.change, context.observed.now, run.more);
  if (context.options.intent === "start" && run.kind === "none") return untouchedAgent(view);
  const files = diffAgentFiles(desired, view, context.layout, change).filter(
    ({ action }) => action.target !== desired.env.path || !isEvidence(view, run),
  );
  const log = diffLog(desired, view, run);
  const windows = diffWindows(desired, view, run, context);
  const fixes = [...files, ...(log === undefined ? [] : [log])];
  const actions = [
    ...forgetConfig(view, run),
    ...fixes.map(({ action }) => action),
    ...(windows?.action === undefined ? [] : [windows.action]),
    ...run.actions,
  ];
  // If its unit files are written, systemd reads them again anyway.
  const unread = actions.some(needsReload) ? undefined : notLoaded(view, context.observed, context.layout);
  const reload = unread === undefined ? [] : [daemonReloadAction("not-loaded")];
  return {
    plan: agentPlan(desired, view, context, fixes, run, windows, unread),
    actions: [...actions, ...reload],
  };
}

/**
 * Returns the replacement of the agent's unit: a start would start another program, and the running one may
 * be another, too.
 */
function replacedUnit({ unit, state }: DesiredAgent, { observed, layout }: DiffContext): Change | undefined {
  if (state !== "running") return undefined;
  const { replacedBy } = unitOverrides(observed, layout)(unit);
  return replacedBy === undefined ? undefined : { reason: "unit-replaced", path: replacedBy };
}

/**
 * Returns the difference of the agent's worktree from the declared one. Only a person may replace it, because it holds work.
 * Nothing is written before: the next start would fail.
 */
function otherWorktree({ needs, state }: DesiredAgent): Change | undefined {
  return state === "running" ? needs.find(({ reason }) => reason === "worktree-differs") : undefined;
}

/**
 * Returns the actions that clear the pane's mark. If an agent was started from a hand-edited env file, that
 * file is the only evidence. So the mark goes before the file is rewritten; otherwise a run killed before the
 * restart would leave the agent looking up to date.
 */
function forgetConfig(view: AgentView, run: RunDiff): readonly Action[] {
  const { name: agent, pane, unitName } = view;
  const isUnknown = run.kind === "restart" && run.change.reason === "config-unknown";
  if (!isUnknown || pane?.config === undefined) return [];
  return [tagAction(pane, unitName, "", { agent, reason: run.change.reason })];
}

/**
 * Returns true while a hand-edited env file is the only evidence of another configuration at the start: if the file
 * were rewritten now, a waiting agent would look up to date.
 */
function isEvidence({ env }: AgentView, run: RunDiff): boolean {
  return (
    run.kind === "pending" &&
    run.change.reason === "config-unknown" &&
    env?.kind === "file" &&
    isEdited(env.content)
  );
}

function agentPlan(
  { name }: DesiredAgent,
  view: AgentView,
  { observed }: DiffContext,
  files: readonly (FileFix | LogFix)[],
  run: Exclude<RunDiff, { kind: "blocked" }>,
  windows: WindowsFix | undefined,
  unread: Change | undefined,
): AgentPlan {
  if (!view.owned && files.length > 0) {
    const jobs = run.kind === "pending" && run.hold === "job" ? [run.change, ...(run.more ?? [])] : [];
    return { name, action: "add", reason: "new", cost: "none", changes: jobs };
  }
  const changes = distinct([
    ...(run.change ? [run.change] : []),
    ...(run.kind === "pending" ? (run.more ?? []) : []),
    ...(windows ? [windows.change] : []),
    ...files.map(({ change }) => change).filter((change) => windows === undefined || !isOnlyWindows(change)),
    ...(unread ? [unread] : []),
  ]);
  const [first] = changes;
  if (first === undefined) return { name, action: "none", cost: "none", changes: [] };
  const common = { name, reason: first.reason, changes };
  const live = atStake(view.pane, observed.now);
  switch (run.kind) {
    case "none":
      if (windows?.hold !== undefined) {
        const { hold, stake } = windows;
        return { ...common, action: "pending", cost: "none", hold, awaiting: "change", atStake: stake };
      }
      return { ...common, action: "change", cost: "none" };
    case "start":
      return { ...common, action: "start", cost: "none" };
    case "restart":
    case "stop":
      return { ...common, action: run.kind, ...costOfEnding(live) };
    case "pending": {
      const { hold, awaiting } = run;
      return { ...common, action: "pending", cost: "none", hold, awaiting, atStake: live };
    }
  }
}

/** Returns true if a file only records the windows: their own change says more. */
function isOnlyWindows(change: Change): boolean {
  return (
    change.reason === "settings-changed" &&
    change.names.length > 0 &&
    change.names.every((name) => name === "windows")
  );
}

/** Leaves out what an earlier change says already. Most agents have one change at most. */
function distinct(changes: readonly Change[]): readonly Change[] {
  return changes.filter((change, index) => {
    return index === 0 || !changes.slice(0, index).some((earlier) => isSameChange(earlier, change));
  });
}
