import type { FleetStatus } from "../../../src/report/status/status-json.ts";
import { agentPlan } from "./a-plan.ts";

/** The time of `aStatus`, ms since the epoch. */
export const now = Date.UTC(2026, 0, 2);

/** Returns the status of a running agent, with these differences. */
export function agentStatus(
  status: Partial<FleetStatus["agents"][number]> & { name: string },
): FleetStatus["agents"][number] {
  return {
    desired: "running",
    state: "running",
    unit: `mosaic-agent@${status.name}.service`,
    active: "active",
    sub: "running",
    pid: undefined,
    since: undefined,
    restarts: 0,
    exitStatus: undefined,
    labels: { team: "core" },
    killedAfterMs: undefined,
    attached: 0,
    viewers: 0,
    idleSeconds: undefined,
    pending: undefined,
    plan: agentPlan({ name: status.name, action: "none" }),
    memoryBytes: undefined,
    isFrozen: false,
    ...status,
  };
}

/** A status with a running, a failed and an unmanaged agent. */
export const aStatus: FleetStatus = {
  fleet: "mosaic",
  holder: { active: "active", pid: 42, socket: "mosaic-factory" },
  lingering: undefined,
  agents: [
    agentStatus({
      name: "canary",
      pid: 7,
      since: now - 90_061_000,
      attached: 2,
      idleSeconds: 61,
      memoryBytes: 5_242_880,
    }),
    agentStatus({
      name: "failed-one",
      state: "failed",
      active: "failed",
      sub: "failed",
      restarts: 5,
      exitStatus: 3,
      pending: "failed",
      plan: agentPlan({
        name: "failed-one",
        action: "start",
        change: { reason: "failed", exitStatus: 3, isRetried: false },
      }),
    }),
    agentStatus({
      name: "other",
      desired: undefined,
      state: "unmanaged",
      plan: undefined,
      memoryBytes: 2 ** 31,
    }),
  ],
  watcher: {
    pid: 815,
    version: "0.1.0",
    unit: "mosaic-fleet.service",
    missing: undefined,
    isService: true,
    polling: undefined,
  },
  notes: [{ kind: "older-script", agents: ["fine"] }],
};
