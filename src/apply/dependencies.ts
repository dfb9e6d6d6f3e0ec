import { needsReload } from "../plan/order.ts";
import type { Action, Plan } from "../plan/types.ts";

/** Whether an action must not be done before, or without, one that comes before it in the plan. */
export type DependsOn = (later: Action, earlier: Action) => boolean;

/**
 * What rests on what in a plan: an agent's action on that agent's earlier ones, what starts on the shared files and on
 * the reload of units that changed, an agent on the end of the one whose place it takes, and the removal of what agents
 * share on the end of every agent. Nothing else does,
 * so that one agent never holds up another. `overdue`: an earlier run has left a reload to do, of nobody knows what.
 */
export function dependencies({ actions }: Plan, overdue: boolean): DependsOn {
  const changed = actions.filter(needsReload);
  const changedAgents = new Set(changed.map(({ agent }) => agent));
  const changesAll = overdue || changedAgents.has(undefined);
  const startsOnOldUnits = ({ agent }: Action): boolean =>
    changesAll || (agent !== undefined && changedAgents.has(agent));

  return (later, earlier) => {
    if (earlier.agent !== undefined && earlier.agent === later.agent) return true;
    if (earlier.agent !== undefined && isEnd(earlier) && later.after?.includes(earlier.agent)) return true;
    switch (earlier.kind) {
      case "daemon-reload":
        return isStart(later) && startsOnOldUnits(later);
      case "stop":
      case "kill-session":
        return later.kind === "remove-file" && later.agent === undefined;
      case "write-file":
      case "remove-file":
      case "link":
      case "unlink":
      case "set-mode":
        return earlier.agent === undefined && isStart(later);
      case "reset-failed":
      case "tag":
      case "start":
      case "restart":
      case "recreate-socket":
        return false;
    }
  };
}

function isEnd({ kind }: Action): boolean {
  return kind === "stop" || kind === "kill-session";
}

function isStart({ kind }: Action): boolean {
  return kind === "start" || kind === "restart";
}
