import type { RunRecord } from "./run-record.ts";
import type { UnitChange } from "./unit-events.ts";

/** The event of a run of this program that changed something. */
export interface RunEvent {
  readonly kind: "run";
  /** ms since the epoch. */
  readonly atMs: number;
  readonly run: RunRecord;
}

/** An event in the life of an agent or of the tmux server. */
export type LifeEvent = UnitChange & {
  /** ms since the epoch. */
  readonly atMs: number;
  /** Undefined for the tmux server. */
  readonly agent: string | undefined;
  /** The command this event is a part of, such as `fleet apply`. */
  readonly during?: string;
};

/** An event of a fleet. */
export type FleetEvent = RunEvent | LifeEvent;
