import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessActivity } from "../../observe/processes/activity.ts";

/**
 * If an agent's processes have used no processor time for so long, ms, and want none, it has started: it
 * waits for a person, the network or a timer.
 */
const quietMs = 40;
/** If an agent is busy for longer, ms, it is at work. */
const longestMs = 1_000;
/** Times between two observations, ms: short at first, because most agents are idle soon, and a run waits for the last. */
const shortestPauseMs = 5;
const longestPauseMs = 20;
const firstMs = 100;

/**
 * Waits until each started agent is idle, is at work, or is gone again: a missing command ends within 20 ms, but a
 * program with wrong arguments may load for half a second first, and is busy during this time.
 * Returns the names of agents that are gone, were gone or are about to go; any other may still end in the
 * next moment.
 */
export async function waitUntilIdle(
  names: readonly string[],
  activityOf: (name: string) => ProcessActivity,
  interrupt: AbortSignal,
  clock: Clock = realClock,
  onWait: OnWait = ignoreWait,
): Promise<ReadonlySet<string>> {
  const agents = new Map(names.map((name) => [name, nothingSeen]));
  const began = clock.now();
  for (;;) {
    const now = clock.now();
    for (const [name, before] of agents) agents.set(name, nextSeen(before, activityOf(name), now));
    const seen = [...agents.values()];
    const isOver = seen.every(({ hasSettled }) => hasSettled) || now - began >= longestMs;
    if (onWait !== ignoreWait) onWait(names.filter((name) => !agents.get(name)?.hasSettled));
    if (isOver || interrupt.aborted) return new Set(names.filter((name) => agents.get(name)?.isLost));
    await clock.sleep(now - began < firstMs ? pauseAfter(clock.now() - now) : longestPauseMs, interrupt);
  }
}

/** Returns the pause after an observation that took so long, ms: hundreds of agents still come up, and need the processor. */
function pauseAfter(ms: number): number {
  return Math.min(longestPauseMs, Math.max(shortestPauseMs, 4 * ms));
}

/**
 * Returns an agent's next state. Once idle, an agent is not waited for again, but its end counts as long as
 * others are waited for.
 */
function nextSeen(before: SeenProcesses, activity: ProcessActivity, now: number): SeenProcesses {
  const { pid, usedUs } = activity.kind === "runs" ? activity : { pid: undefined, usedUs: undefined };
  // systemd may have started it again since.
  const isAnother = pid !== undefined && before.pid !== undefined && pid !== before.pid;
  const wasGone = before.isLost && before.hasSettled;
  const isGone = activity.kind === "gone" || isAnother || wasGone;
  const isBusy = usedUs === undefined || usedUs !== before.usedUs;
  const isRested =
    activity.kind === "runs" && !isBusy && now - before.sinceMs >= quietMs && activity.isIdle();
  return {
    pid: pid ?? before.pid,
    usedUs,
    sinceMs: isBusy ? now : before.sinceMs,
    isLost: isGone || activity.kind === "ends",
    hasSettled: isGone || isRested || (before.hasSettled && activity.kind === "runs"),
  };
}

/** A receiver of the agents a check still waits for, called again and again. */
export type OnWait = (left: readonly string[]) => void;

const ignoreWait: OnWait = () => undefined;

/** Time, in ms; a sleep ends when it is interrupted. */
export interface Clock {
  readonly now: () => number;
  readonly sleep: (ms: number, interrupt: AbortSignal) => Promise<void>;
}

const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/** The observed state of an agent. */
interface SeenProcesses {
  readonly pid: number | undefined;
  /** Total processor time, µs, and the time since its last change, ms. */
  readonly usedUs: number | undefined;
  readonly sinceMs: number;
  /** It is gone, or about to be. */
  readonly isLost: boolean;
  readonly hasSettled: boolean;
}

const nothingSeen: SeenProcesses = {
  pid: undefined,
  usedUs: undefined,
  sinceMs: 0,
  isLost: false,
  hasSettled: false,
};
