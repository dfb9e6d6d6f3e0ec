import { join } from "node:path/posix";
import { agentUnit, type Layout } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { setFlag } from "../../drivers/files/write.ts";
import { daemonReload, runVerb } from "../../drivers/systemd/verbs.ts";
import { killSessions, type OwnedSession } from "../../drivers/tmux/kill-sessions.ts";
import { logPanes, type LoggedPane } from "../../drivers/tmux/marks/log-panes.ts";
import { tagPanes, type PaneTag } from "../../drivers/tmux/marks/tag-panes.ts";
import { reloadFlagPath } from "../../observe/runtime/reload-flag.ts";
import { forgetRestarts } from "./forget-restarts.ts";
import { recreateSocket } from "./recreate-socket.ts";
import { stopUnits } from "./stop-units.ts";
import type { CallAction } from "../../plan/types.ts";
import type { Target } from "../target.ts";

/** The longest time for a start, ms: TimeoutStartSec= of the template is 60 s, and 500 agents take turns. */
const startTimeoutMs = 180_000;
const resetTimeoutMs = 30_000;
/** Time for a stop beyond the unit's own timeout, ms: SIGKILL, ExecStopPost= and the other units. */
const stopMarginMs = 60_000;

/** Performs actions of one kind in one external call. */
export async function performCall(
  actions: readonly [CallAction, ...CallAction[]],
  { exec, layout }: Target,
): Promise<Result<void>> {
  const targets = actions.map(({ target }) => target);
  const { kind } = actions[0];
  switch (kind) {
    case "daemon-reload":
      return reload({ exec, layout });
    case "tag":
      return tagPanes(exec, layout.socket, tagsIn(actions));
    case "log":
      return logPanes(exec, layout.socket, logsIn(actions, layout));
    case "windows": {
      const { performWindows } = await import("../windows/perform-windows.ts");
      return performWindows(actions, { exec, layout });
    }
    case "kill-session":
      return killSessions(exec, layout.socket, sessionsIn(actions, layout));
    case "recreate-socket":
      return recreateSocket(exec, layout);
    case "reset-failed":
      return runVerb(exec, kind, targets, resetTimeoutMs);
    case "start":
    case "restart":
      await forgetRestarts(actions, layout);
      return runVerb(exec, kind, targets, waitLimit(actions));
    case "stop":
      return stopUnits(targets, waitLimit(actions), { exec, layout });
  }
}

/** Returns systemd's longest time to stop and start the units of these actions, ms. */
export function waitLimit(actions: readonly CallAction[]): number {
  const kind = actions[0]?.kind;
  const stopMs = kind === "start" ? 0 : slowestStop(actions);
  if (kind === "stop") return stopMs;
  return Math.min(
    stopMs + startTimeoutMs + plannedFurtherMs(actions) + plannedQueueMs(actions),
    longestCallMs,
  );
}

/** The longest time of a timer of Node is 2^31 ms; a longer one ends at once. */
const longestCallMs = 20 * 86_400_000;

/** Returns the longest wait of an agent for its turn, ms. */
function plannedQueueMs(actions: readonly CallAction[]): number {
  return Math.max(0, ...actions.map((action) => ("queueMs" in action ? (action.queueMs ?? 0) : 0)));
}

/**
 * Returns the sum of the times, because agents depending on each other start one after the other; at most an hour, ms.
 */
function plannedFurtherMs(actions: readonly CallAction[]): number {
  const times = actions.map((action) => ("furtherMs" in action ? (action.furtherMs ?? 0) : 0));
  return Math.min(
    times.reduce((sum, ms) => sum + ms, 0),
    3_600_000,
  );
}

/** Returns sessions with the unit that must have made them: a new server reuses the ids for others. */
function sessionsIn(actions: readonly CallAction[], layout: Layout): readonly OwnedSession[] {
  return actions.flatMap(({ target, agent }) =>
    agent === undefined ? [] : [{ id: target, unit: agentUnit(layout, agent) }],
  );
}

function tagsIn(actions: readonly CallAction[]): readonly PaneTag[] {
  return actions.flatMap((action) =>
    action.kind === "tag" ? [{ pane: action.target, ...action.marks }] : [],
  );
}

function logsIn(actions: readonly CallAction[], layout: Layout): readonly LoggedPane[] {
  return actions.flatMap((action) => {
    if (action.kind !== "log") return [];
    const { agent, setting } = action.log;
    const folders = [join(layout.runtimeDir, agent), join(layout.recordsDir, agent)];
    const reader = [layout.scriptPath, "--log", agent, ...folders, ...(setting?.split(" ") ?? [])];
    return [{ pane: action.target, reader, ...action.log }];
  });
}

/** Records on disk that a reload is due, before the first unit is written: see reload-flag.ts. */
export function announceReload(layout: Layout): Promise<Result<void>> {
  return setFlag(reloadFlagPath(layout), true);
}

async function reload({ exec, layout }: Target): Promise<Result<void>> {
  const reloaded = await daemonReload(exec);
  if (!reloaded.ok) return reloaded;
  await setFlag(reloadFlagPath(layout), false);
  return ok(undefined);
}

function slowestStop(actions: readonly CallAction[]): number {
  const timeouts = actions.map((action) => ("timeoutMs" in action ? action.timeoutMs : 0));
  return Math.max(...timeouts) + stopMarginMs;
}
