import type { ObservedUnit } from "../../observed/types.ts";

/** The meaning of systemd's ActiveState and SubState for an agent. */
export type UnitPhase = "running" | "starting" | "restarting" | "stopping" | "failed" | "stopped";

/** Returns the phase of a unit; an unloaded unit is stopped. */
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

/**
 * Returns true if `systemctl stop` has something to do; a stopping unit may be about to restart after a
 * failure.
 */
export function isUp(phase: UnitPhase): boolean {
  return phase !== "stopped" && phase !== "failed";
}

/**
 * Returns true if a stop keeps a unit from running: it is up, or its start is queued, as behind an earlier unit.
 */
export function hasToStop(unit: ObservedUnit | undefined): boolean {
  return isUp(unitPhase(unit)) || hasStartJob(unit);
}

function hasStartJob(unit: ObservedUnit | undefined): boolean {
  return unit?.job === "restart" || unit?.job === "start";
}

/**
 * Returns true if systemd has been told to start or restart a unit that is up, and has not done so yet: it still
 * ends, or waits for the end of other units. A killed run of fleet leaves such a job, and so does a person.
 * systemd joins it with a start, but it may be over before a restart arrives, which would then end the new run.
 */
export function isToStart(unit: ObservedUnit | undefined): boolean {
  const phase = unitPhase(unit);
  return (phase === "running" || phase === "stopping") && hasStartJob(unit);
}

/**
 * Returns true if `systemctl stop` may leave the session: there is nothing to stop, or the unit waits for its
 * automatic restart, which a stop just cancels without running ExecStopPost= (seen with systemd 252). An
 * agent restarted after a failure may wait for the next one at that time.
 */
export function mayOutliveStop(phase: UnitPhase, restarts: number): boolean {
  return phase !== "running" || restarts > 0;
}
