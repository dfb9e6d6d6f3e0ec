import type { ObservedUnit } from "../../observed/types.ts";

/** What systemd's ActiveState and SubState mean for an agent. */
export type UnitPhase = "running" | "starting" | "restarting" | "stopping" | "failed" | "stopped";

/** The phase of a unit; a unit that is not loaded is stopped. */
export function unitPhase(unit: ObservedUnit | undefined): UnitPhase {
  if (unit === undefined) return "stopped";
  switch (unit.active) {
    case "active":
    case "reloading":
    case "refreshing":
      return "running";
    case "activating":
      return unit.sub.startsWith("auto-restart") ? "restarting" : "starting";
    case "deactivating":
      return "stopping";
    case "failed":
      return "failed";
    default:
      return "stopped";
  }
}

/** True where `systemctl stop` has something to do; what is stopping now may be about to be restarted after a failure. */
export function isUp(phase: UnitPhase): boolean {
  return phase !== "stopped" && phase !== "failed";
}

/**
 * True where `systemctl stop` may leave the session: there is nothing to stop, or the unit waits for its automatic
 * restart, which a stop just calls off without running ExecStopPost= (seen with systemd 252). An agent that has been
 * restarted after a failure may wait for the next time by then.
 */
export function mayOutliveStop(phase: UnitPhase, restarts: number): boolean {
  return phase !== "running" || restarts > 0;
}
