import { dirname } from "node:path/posix";
import type { Layout } from "../desired/layout.ts";
import type { DesiredFile, DesiredLink } from "../desired/types.ts";
import type { Action, Cost, Reason } from "./types.ts";

/** Whom an action is for, and why. */
export interface Cause {
  readonly agent?: string | undefined;
  readonly reason: Reason;
}

export function writeFile(file: DesiredFile, cause: Cause): Action {
  return {
    ...base("write-file", file.path, cause),
    kind: "write-file",
    content: file.content,
    mode: file.mode,
  };
}

/** Removes a file, and then the folders that only the fleet makes, where that left them empty. */
export function removeFile(path: string, layout: Layout, cause: Cause): Action {
  return { ...base("remove-file", path, cause), kind: "remove-file", prune: foldersToPrune(path, layout) };
}

export function writeLink(link: DesiredLink, cause: Cause): Action {
  return { ...base("link", link.path, cause), kind: "link", to: link.target };
}

export function unlink(path: string, cause: Cause): Action {
  return { ...base("unlink", path, cause), kind: "unlink" };
}

export function daemonReload(reason: Reason): Action {
  return { ...base("daemon-reload", "systemd --user", { reason }), kind: "daemon-reload" };
}

export function resetFailed(unit: string, cause: Cause): Action {
  return { ...base("reset-failed", unit, cause), kind: "reset-failed" };
}

export function start(unit: string, cause: Cause): Action {
  return { ...base("start", unit, cause), kind: "start" };
}

/** `timeoutMs` is how long the unit may take to stop. */
export function stop(unit: string, cause: Cause & { timeoutMs: number; cost: Cost }): Action {
  const { timeoutMs, cost } = cause;
  return { ...base("stop", unit, cause), kind: "stop", timeoutMs, cost };
}

/** `timeoutMs` is how long the unit may take to stop. */
export function restart(unit: string, cause: Cause & { timeoutMs: number; cost: Cost }): Action {
  const { timeoutMs, cost } = cause;
  return { ...base("restart", unit, cause), kind: "restart", timeoutMs, cost };
}

/** `sessionId` is tmux's `$N`, which a server never gives twice. */
export function killSession(sessionId: string, cause: Cause & { cost: Cost }): Action {
  return { ...base("kill-session", sessionId, cause), kind: "kill-session", cost: cause.cost };
}

function base(kind: Action["kind"], target: string, { agent, reason }: Cause) {
  return { id: `${kind}:${target}`, target, agent, reason, cost: "none" as Cost };
}

function foldersToPrune(path: string, layout: Layout): readonly string[] {
  const folder = dirname(path);
  if (folder.endsWith(".service.d")) return [folder];
  if (folder === layout.envDir) return upwards(folder);
  // A file of somebody else's may have kept the env files' folder when the fleet's own were removed.
  if (path === layout.scriptPath) return [...upwards(layout.envDir), ...upwards(folder)];
  return [];
}

/** A folder two levels below the fleet's own, and those above it, up to that one. */
function upwards(folder: string): readonly string[] {
  return [folder, dirname(folder), dirname(dirname(folder))];
}
