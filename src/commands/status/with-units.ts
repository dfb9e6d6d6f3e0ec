import { unitPhase } from "../../plan/view/unit-phase.ts";
import type { ListedUnit } from "../../drivers/systemd/list-units.ts";
import type { StatusLook } from "./look.ts";

/** The states of a unit alone: the others depend on more. */
const ofUnits: ReadonlySet<string> = new Set(["running", "starting", "restarting", "stopped", "failed"]);

/**
 * Returns a look with the states of some units as they are now. It is right until the next look, which reads the rest: times,
 * processes and plans. Pure.
 */
export function withUnits(look: StatusLook, units: readonly ListedUnit[]): StatusLook {
  const byName = new Map(units.map((unit) => [unit.name, unit]));
  const agents = look.status.agents.map((row) => {
    const unit = byName.get(row.unit);
    if (unit === undefined || !ofUnits.has(row.state)) return row;
    const phase = unitPhase(unit);
    const state = phase === "stopping" ? "stopped" : phase;
    if (state === row.state && unit.active === row.active) return row;
    return {
      ...row,
      state,
      active: unit.active,
      sub: unit.sub,
      exitStatus: undefined,
      killedAfterMs: undefined,
      wait: undefined,
      ...(state === "running" ? {} : noProcess),
    };
  });
  return { ...look, status: { ...look.status, agents } };
}

/** The facts of an agent without a process. */
const noProcess = {
  pid: undefined,
  since: undefined,
  activity: undefined,
  idleSeconds: undefined,
  memoryBytes: undefined,
  processorShare: undefined,
  attached: 0,
  viewers: 0,
  isFrozen: false,
} as const;
