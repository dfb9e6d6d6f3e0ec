import { agentUnit, restartsPath, type Layout } from "../desired/layout.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import { removeFile, setFlag } from "../drivers/files/write.ts";
import { daemonReload, runVerb } from "../drivers/systemd/verbs.ts";
import { killSessions, type OwnedSession } from "../drivers/tmux/kill-sessions.ts";
import { reloadFlagPath } from "../observe/reload-flag.ts";
import type { CallAction } from "../plan/types.ts";
import type { Exec } from "../system/exec.ts";

/** What actions are performed on. */
export interface Target {
  readonly layout: Layout;
  readonly exec: Exec;
}

/** The longest that a start may take, ms: TimeoutStartSec= of the template is 60 s, and 500 agents take turns. */
const startTimeoutMs = 180_000;
const resetTimeoutMs = 30_000;
/** What a stop may take beyond the unit's own timeout, ms: SIGKILL, ExecStopPost= and the other units. */
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
    case "kill-session":
      return killSessions(exec, layout.socket, sessionsIn(actions, layout));
    case "reset-failed":
      return runVerb(exec, kind, targets, resetTimeoutMs);
    case "start":
      await forgetRestarts(actions, layout);
      return runVerb(exec, kind, targets, startTimeoutMs);
    case "stop":
      return runVerb(exec, kind, targets, slowestStop(actions));
    case "restart":
      await forgetRestarts(actions, layout);
      return runVerb(exec, kind, targets, slowestStop(actions) + startTimeoutMs);
  }
}

/** Sessions with the unit that must have made them: a new server gives the same ids to others. */
function sessionsIn(actions: readonly CallAction[], layout: Layout): readonly OwnedSession[] {
  return actions.flatMap(({ target, agent }) =>
    agent === undefined ? [] : [{ id: target, unit: agentUnit(layout, agent) }],
  );
}

/** Says on disk that a reload is due, before the first unit is written: see reload-flag.ts. */
export function announceReload(layout: Layout): Promise<Result<void>> {
  return setFlag(reloadFlagPath(layout), true);
}

async function reload({ exec, layout }: Target): Promise<Result<void>> {
  const reloaded = await daemonReload(exec);
  if (!reloaded.ok) return reloaded;
  await setFlag(reloadFlagPath(layout), false);
  return ok(undefined);
}

/** An agent that is started while systemd is about to restart it counts on otherwise, and would look as if it failed again. */
async function forgetRestarts(actions: readonly CallAction[], layout: Layout): Promise<void> {
  const paths = actions.flatMap(({ agent }) => (agent === undefined ? [] : [restartsPath(layout, agent)]));
  await Promise.all(paths.map(removeFile));
}

function slowestStop(actions: readonly CallAction[]): number {
  const timeouts = actions.map((action) => ("timeoutMs" in action ? action.timeoutMs : 0));
  return Math.max(...timeouts) + stopMarginMs;
}
