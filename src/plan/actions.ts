import { basename, dirname } from "node:path/posix";
import { dropInPath, type Layout, isDropInFolder } from "../desired/layout.ts";
import type { Turn } from "../desired/pace.ts";
import type { DesiredFile, DesiredLink } from "../desired/types.ts";
import type { ObservedPane } from "../observed/types.ts";
import type { Reason } from "./change.ts";
import type { Action, Cost, FileAction, Plan } from "./types.ts";
import type { AgentWindows } from "../machine/window-work.ts";

/** The agent of an action, and its reason. */
export interface ActionCause {
  readonly agent?: string | undefined;
  readonly reason: Reason;
}

export function writeFileAction(file: DesiredFile, cause: ActionCause): Action {
  return {
    ...base("write-file", file.path, cause),
    kind: "write-file",
    content: file.content,
    mode: file.mode,
  };
}

/** Removes a file, and then the empty ones of the folders that only the fleet makes. */
export function removeFileAction(path: string, layout: Layout, cause: ActionCause): Action {
  return { ...base("remove-file", path, cause), kind: "remove-file", prune: foldersToPrune(path, layout) };
}

export function linkAction(link: DesiredLink, cause: ActionCause): Action {
  return { ...base("link", link.path, cause), kind: "link", to: link.target };
}

/** Removes a link, and then its folder if it is empty, as `systemctl disable` does. */
export function unlinkAction(path: string, cause: ActionCause): Action {
  return { ...base("unlink", path, cause), kind: "unlink", prune: [dirname(path)] };
}

/** Sets the permission bits of a folder. */
export function setModeAction(path: string, mode: number, cause: ActionCause): Action {
  return { ...base("set-mode", path, cause), kind: "set-mode", mode };
}

export function daemonReloadAction(reason: Reason): Action {
  return { ...base("daemon-reload", "systemd --user", { reason }), kind: "daemon-reload" };
}

export function resetFailedAction(unit: string, cause: ActionCause): Action {
  return { ...base("reset-failed", unit, cause), kind: "reset-failed" };
}

/** Makes the tmux server of this holder create the file of its socket again. Touches no session. */
export function recreateSocketAction(holderUnit: string): Action {
  return { ...base("recreate-socket", holderUnit, { reason: "socket-gone" }), kind: "recreate-socket" };
}

const fileActionKinds = {
  "write-file": true,
  "remove-file": true,
  link: true,
  unlink: true,
  "set-mode": true,
} satisfies Record<FileAction["kind"], true>;

/** Returns true for an action on a file or link, in contrast to a request to systemd or tmux. */
export function isFileAction(action: Action): action is FileAction {
  return Object.hasOwn(fileActionKinds, action.kind);
}

/** Returns the turns of the agent an action starts; none for any other action. */
export function turnsOf(action: Action): readonly Turn[] {
  return action.kind === "start" || action.kind === "restart" ? (action.turns ?? []) : [];
}

/** Returns the agents a plan restarts. */
export function restartedBy({ actions }: Pick<Plan, "actions">): ReadonlySet<string> {
  return new Set(actions.flatMap(({ kind, agent }) => (kind === "restart" && agent ? [agent] : [])));
}

/** Returns true for an action after which the agent runs. The start of its timer starts no agent. */
export function isStart({ kind, target }: Action): boolean {
  return (kind === "start" || kind === "restart") && !target.endsWith(".timer");
}

/** The time of an agent's start beyond that of other agents, and its longest wait for its turn, ms. */
interface StartTime {
  readonly furtherStartMs?: number | undefined;
  readonly startQueueMs?: number | undefined;
  readonly startTurns?: readonly Turn[] | undefined;
}

export function startAction(unit: string, cause: ActionCause, time: StartTime = {}): Action {
  return { ...base("start", unit, cause), kind: "start", ...furtherTime(time) };
}

function furtherTime({ furtherStartMs, startQueueMs, startTurns }: StartTime): {
  readonly furtherMs?: number;
  readonly queueMs?: number;
  readonly turns?: readonly Turn[];
} {
  return {
    ...(startTurns === undefined ? {} : { turns: startTurns }),
    ...(furtherStartMs === undefined ? {} : { furtherMs: furtherStartMs }),
    ...(startQueueMs === undefined ? {} : { queueMs: startQueueMs }),
  };
}

/** Stops a unit. `timeoutMs` is the longest time for its stop. */
export function stopAction(unit: string, cause: ActionCause & { timeoutMs: number; cost: Cost }): Action {
  const { timeoutMs, cost } = cause;
  return { ...base("stop", unit, cause), kind: "stop", timeoutMs, cost };
}

/** Restarts a unit. `timeoutMs` is the longest time for its stop. */
export function restartAction(
  unit: string,
  cause: ActionCause & { timeoutMs: number; cost: Cost },
  time: StartTime = {},
): Action {
  const { timeoutMs, cost } = cause;
  return { ...base("restart", unit, cause), kind: "restart", timeoutMs, cost, ...furtherTime(time) };
}

/** Ends a session. `sessionId` is tmux's `$N`, which a server never reuses. */
export function killSessionAction(sessionId: string, cause: ActionCause & { cost: Cost }): Action {
  return { ...base("kill-session", sessionId, cause), kind: "kill-session", cost: cause.cost };
}

/** Marks the pane of a running agent. `config` is its configuration at the start, empty for unknown. */
export function tagAction(
  pane: ObservedPane,
  unit: string,
  config: string,
  cause: ActionCause & { agent: string },
): Action {
  const { id, pid, sessionId } = pane;
  return {
    ...base("tag", id, cause),
    kind: "tag",
    marks: { pid, sessionId, agent: cause.agent, unit, config },
  };
}

/** Starts or ends the log of a running agent. Touches nothing else of it. */
export function logAction(
  { id, pid }: ObservedPane,
  setting: string | undefined,
  event: string,
  cause: ActionCause & { agent: string },
): Action {
  return { ...base("log", id, cause), kind: "log", log: { pid, agent: cause.agent, setting, event } };
}

/** Opens, restarts, closes and arranges the windows next to a running agent. `pane` is the agent's own one. */
export function windowsAction(
  pane: string,
  windows: AgentWindows,
  cause: ActionCause & { agent: string },
): Action {
  return { ...base("windows", pane, cause), kind: "windows", windows };
}

function base(kind: Action["kind"], target: string, { agent, reason }: ActionCause) {
  return { id: `${kind}:${target}`, target, agent, reason, cost: "none" as Cost };
}

function foldersToPrune(path: string, layout: Layout): readonly string[] {
  const folder = dirname(path);
  if (isDropInFolder(folder)) return [folder];
  if (folder === layout.envDir) return [...emptyDropIns(path, layout), ...upwards(folder)];
  // A foreign file may have kept the env files' folder when the fleet's own were removed.
  if (folder === dirname(layout.scriptPath)) return [...upwards(layout.envDir), ...upwards(folder)];
  return [];
}

/** Returns the empty folder of a drop-in: a killed run may have made it, but no drop-in. */
function emptyDropIns(path: string, layout: Layout): readonly string[] {
  return path.endsWith(".env") ? [dirname(dropInPath(layout, basename(path, ".env")))] : [];
}

/** Returns a folder two levels below the fleet's own, and its parents, up to that one. */
function upwards(folder: string): readonly string[] {
  return [folder, dirname(folder), dirname(dirname(folder))];
}
