import type { RunRecord } from "./run-record.ts";
import type { RunEnd } from "./unit-events.ts";

/** The event of a run of this program that changed something. */
export interface RunEvent {
  readonly kind: "run";
  /** ms since the epoch. */
  readonly atMs: number;
  readonly run: RunRecord;
}

/** An event in the life of an agent or of the tmux server. */
export type LifeEvent = {
  /** ms since the epoch. */
  readonly atMs: number;
  /** Undefined for the tmux server. */
  readonly agent: string | undefined;
  /** The command that this event is a part of, such as `fleet apply`. */
  readonly during?: string;
} & (
  | {
      readonly kind: "started";
      readonly how: "boot" | "restart" | "auto-restart" | "job";
      readonly restarts?: number;
      readonly after?: RunEnd;
    }
  | { readonly kind: "stopped" | "ended"; readonly end: RunEnd }
  | { readonly kind: "start-failed"; readonly result: string }
);

/** An event of a fleet. */
export type FleetEvent = RunEvent | LifeEvent;
