import type { ObservedWait } from "../../observed/types.ts";
import type { AgentView } from "./agent-view.ts";

/** The state of a unit during each wait. */
const states = {
  stop: "deactivating",
  ready: "activating",
  unready: "active",
  turn: "activating",
  limit: "activating",
} as const;

/** Returns the wait of the start script, if the state of the unit is the one that it belongs to. */
export function currentWait({ unit, runtime }: AgentView): ObservedWait | undefined {
  const wait = runtime?.wait;
  return wait !== undefined && unit?.active === states[wait.kind] ? wait : undefined;
}
