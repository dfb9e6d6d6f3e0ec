import { needsReload } from "../plan/order.ts";
import type { Action, Plan } from "../plan/types.ts";

/** A test for two actions: true if the later one must not be done before, or without, the earlier one. */
export type DependsOn = (later: Action, earlier: Action) => boolean;

/**
 * Returns the dependencies between the actions of a plan. An agent's action depends on the earlier ones of
 * this agent, a start on the shared files and the reload of changed units, an agent on the end of its
 * predecessor, and the removal of shared files on the end of every agent. There are no others, so one agent
 * never delays another. `overdue`: an earlier run has left a reload to do, for unknown units.
 */
export function dependencies({ actions }: Plan, overdue: boolean): DependsOn {
  const changed = actions.filter(needsReload);
  const changedAgents = new Set(changed.map(({ agent }) => agent));
  const changesAll = overdue || changedAgents.has(undefined);
  const startsOnOldUnits = ({ agent }: Action): boolean =>
    changesAll || (agent !== undefined && changedAgents.has(agent));

  return (later, earlier) => {
    if (earlier.agent !== undefined && earlier.agent === later.agent) return true;
    if (earlier.agent !== undefined && stopsOrKills(earlier) && later.after?.includes(earlier.agent))
      return true;
    switch (earlier.kind) {
      case "daemon-reload":
        return startsUnit(later) && startsOnOldUnits(later);
      case "stop":
      case "kill-session":
        return later.kind === "remove-file" && later.agent === undefined;
      case "write-file":
      case "remove-file":
      case "link":
      case "unlink":
      case "set-mode":
        return (
          earlier.agent === undefined &&
          (startsUnit(later) || later.kind === "log" || later.kind === "windows")
        );
      case "reset-failed":
      case "tag":
      case "log":
      case "windows":
      case "start":
      case "restart":
      case "recreate-socket":
        return false;
    }
  };
}

/** Returns true for the start of an agent or its timer. */
function startsUnit({ kind }: Action): boolean {
  return kind === "start" || kind === "restart";
}

function stopsOrKills({ kind }: Action): boolean {
  return kind === "stop" || kind === "kill-session";
}
