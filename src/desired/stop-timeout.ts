import type { AgentConfig } from "../config/types.ts";

/** The time that an agent has to end if nothing else is declared, ms: TimeoutStopSec= of the template. */
export const defaultStopTimeoutMs = 20_000;

/** The time to end after the text or the keys of `stop` if nothing else is declared, ms. */
const defaultAskTimeoutMs = 30_000;

const defaultReadyTimeoutMs = 60_000;
const defaultHookTimeoutMs = 60_000;
const defaultWorktreeTimeoutMs = 600_000;

/** The times of a stop, ms. */
export interface StopTimes {
  /** From SIGTERM to SIGKILL. */
  readonly endMs: number;
  /** For the agent to end because it was asked to, before SIGTERM; undefined if it is not asked. */
  readonly askMs: number | undefined;
  /** For the hook after a failure; undefined without one. */
  readonly failureMs: number | undefined;
}

/** Returns the times of an agent, whose entry has the fleet's defaults. */
export function stopTimes({
  stopTimeout,
  stop,
  hooks,
}: Pick<AgentConfig, "stopTimeout" | "stop" | "hooks">): StopTimes {
  const hookMs = hookTimeMs(hooks);
  return {
    endMs: stopTimeout ?? defaultStopTimeoutMs,
    askMs:
      stop !== undefined
        ? (stop.timeout ?? defaultAskTimeoutMs)
        : hooks?.preStop === undefined
          ? undefined
          : hookMs,
    failureMs: hooks?.onFailure === undefined ? undefined : hookMs,
  };
}

/** Returns the longest time of each hook, ms. */
export function hookTimeMs(hooks: AgentConfig["hooks"]): number {
  return hooks?.timeout ?? defaultHookTimeoutMs;
}

/** Returns the longest wait until an agent is ready, ms; undefined if nobody waits for that. */
export function readyTimeMs({ ready }: Pick<AgentConfig, "ready">): number | undefined {
  return ready === undefined ? undefined : (ready.timeout ?? defaultReadyTimeoutMs);
}

/** Returns the time of a start beyond that of an agent without `ready`, hooks and a worktree, ms. */
export function furtherStartMs(agent: Pick<AgentConfig, "ready" | "hooks" | "worktree">): number {
  const count = [agent.hooks?.preStart, agent.hooks?.postStart].filter((hook) => hook !== undefined).length;
  return (readyTimeMs(agent) ?? 0) + count * hookTimeMs(agent.hooks) + 2 * (worktreeTimeMs(agent) ?? 0);
}

/** Returns the longest time to make a worktree, and of its setup, ms; undefined for an agent without. */
export function worktreeTimeMs({ worktree }: Pick<AgentConfig, "worktree">): number | undefined {
  return worktree === undefined ? undefined : (worktree.timeout ?? defaultWorktreeTimeoutMs);
}

/** Returns the longest time of a whole stop, ms. */
export function wholeStopMs(times: StopTimes): number {
  return times.endMs + furtherStopMs(times);
}

/** Returns the part of it that is not for the end of the processes after SIGTERM, ms. */
export function furtherStopMs({ askMs = 0, failureMs = 0 }: StopTimes): number {
  return askMs + failureMs;
}
