import { inNaturalOrder } from "../text/natural-order.ts";
import { completionSuffix } from "../desired/marks/completion.ts";
import { suspensionSuffix } from "../desired/marks/suspension.ts";
import { isFileAction } from "./actions.ts";
import type { Action } from "./types.ts";

/**
 * Sorts actions into a safe order: stops and resets of failures, then the manager's files and its reload,
 * then env files and scripts (of a new agent, the file with its mark first; of a removed one, last), then starts. Within a step in the
 * natural order of targets; the holder is the last to stop and the first to start. The failures of an agent systemd is
 * about to start again are reset just before its restart: until then, systemd's own tries count towards its start limit.
 */
export function orderActions(actions: readonly Action[], holderUnit: string): readonly Action[] {
  const failing = new Set(
    actions
      .filter(({ kind, reason }) => kind === "restart" && reason === "failed")
      .map(({ target }) => target),
  );
  const rank = (action: Action): number => {
    if (action.kind === "reset-failed" && failing.has(action.target)) return 6.9;
    if (action.target !== holderUnit) return stepOf(action);
    return stepOf(action) + (action.kind === "stop" ? 0.5 : -0.5);
  };
  return inNaturalOrder(actions, ({ target }) => target)
    .map((action) => ({ action, rank: rank(action) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ action }) => action);
}

/** Returns true for an action without effect before the manager's reload. */
export function needsReload(action: Action): boolean {
  if (!isFileAction(action)) return false;
  switch (action.kind) {
    case "link":
    case "unlink":
      return true;
    case "write-file":
    case "remove-file":
      return /\.(?:service|conf|timer)$/.test(action.target);
    case "set-mode":
      return false;
  }
}

function stepOf(action: Action): number {
  switch (action.kind) {
    case "recreate-socket":
      return -1;
    case "stop":
      // Before the end of its agent, because a timer may start that again in between.
      return action.target.endsWith(".timer") ? -0.5 : 0;
    case "kill-session":
      return 1;
    case "reset-failed":
      return 2;
    case "tag":
      return 2.5; // Before the files it describes: after an interruption, too little is better than too much.
    case "write-file":
    case "remove-file":
    case "link":
    case "unlink":
      if (isFirstMark(action)) return 2.8;
      // The completion of a renamed job comes before the removal under its old name. A removed agent's env
      // file carries its mark, and goes last.
      if (action.kind === "write-file" && action.target.endsWith(completionSuffix)) return 2.9;
      return needsReload(action) ? 3 : isWord(action.target) ? 4.5 : 5;
    case "daemon-reload":
      return 4;
    case "set-mode":
      return action.agent === undefined ? 2.8 : 5; // The env folder, before the first file in it.
    case "log":
    case "windows":
      return 5.5; // With the script that was just written.
    case "start":
      return 6;
    case "restart":
      return 7;
  }
}

/** Returns true for a file with a record about an agent: it goes before the file with the agent's mark. */
function isWord(path: string): boolean {
  return path.endsWith(suspensionSuffix) || path.endsWith(completionSuffix);
}

/** Returns true for the env file of a new agent. It has the mark by which a later run knows, and removes, the other files. */
function isFirstMark({ kind, agent, reason, target }: Action): boolean {
  return kind === "write-file" && reason === "new" && agent !== undefined && target.endsWith(".env");
}
