import type { AgentConfig } from "../config/types.ts";

/** The time that an agent has to end if nothing else is declared, ms: TimeoutStopSec= of the template. */
export const defaultStopTimeoutMs = 20_000;

/** The time to end after the text or the keys of `stop` if nothing else is declared, ms. */
const defaultAskTimeoutMs = 30_000;

/** The times of a stop, ms. */
export interface StopTimes {
  /** From SIGTERM to SIGKILL. */
  readonly endMs: number;
  /** For the agent to end because it was asked to, before SIGTERM; undefined if it is not asked. */
  readonly askMs: number | undefined;
}

/** Returns the times of an agent, whose entry has the fleet's defaults. */
export function stopTimes({ stopTimeout, stop }: Pick<AgentConfig, "stopTimeout" | "stop">): StopTimes {
  return {
    endMs: stopTimeout ?? defaultStopTimeoutMs,
    askMs: stop === undefined ? undefined : (stop.timeout ?? defaultAskTimeoutMs),
  };
}

/** Returns the longest time of a whole stop, ms. */
export function wholeStopMs({ endMs, askMs = 0 }: StopTimes): number {
  return endMs + askMs;
}
