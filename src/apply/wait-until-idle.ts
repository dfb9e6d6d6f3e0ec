import { setTimeout as sleep } from "node:timers/promises";
import type { Activity } from "../observe/processes/activity.ts";

/**
 * An agent whose processes have used no processor time for so long, ms, and want none, has started: it waits for a person,
 * the network or a timer.
 */
const restMs = 40;
/** An agent that is busy for longer than that, ms, is at work. */
const longestMs = 1_000;
const lookMs = 20;

/**
 * Waits until each of the agents that were started has come to rest, is at work, or is gone again: a missing command ends
 * within 20 ms, but a program that dislikes its arguments may first load for half a second, and is busy meanwhile. Returns
 * the names of those that are gone, have been or are about to be; of the others, one may end in the next moment, as ever.
 */
export async function waitUntilIdle(
  names: readonly string[],
  activityOf: (name: string) => Activity,
  interrupt: AbortSignal,
  clock: Clock = realClock,
): Promise<ReadonlySet<string>> {
  const agents = new Map(names.map((name) => [name, nothingSeen]));
  const began = clock.now();
  for (;;) {
    const now = clock.now();
    for (const [name, before] of agents) agents.set(name, next(before, activityOf(name), now));
    const seen = [...agents.values()];
    const isOver = seen.every(({ hasSettled }) => hasSettled) || now - began >= longestMs;
    if (isOver || interrupt.aborted) return new Set(names.filter((name) => agents.get(name)?.isLost));
    await clock.sleep(lookMs, interrupt);
  }
}

/** Who has come to rest once may wake up, and is not waited for again; but its end counts as long as others are waited for. */
function next(before: Seen, activity: Activity, now: number): Seen {
  const { pid, usedUs } = activity.kind === "runs" ? activity : { pid: undefined, usedUs: undefined };
  // systemd may have started it again since.
  const isAnother = pid !== undefined && before.pid !== undefined && pid !== before.pid;
  const wasGone = before.isLost && before.hasSettled;
  const isGone = activity.kind === "gone" || isAnother || wasGone;
  const isBusy = usedUs === undefined || usedUs !== before.usedUs;
  const isRested = activity.kind === "runs" && !isBusy && now - before.sinceMs >= restMs && activity.isIdle();
  return {
    pid: pid ?? before.pid,
    usedUs,
    sinceMs: isBusy ? now : before.sinceMs,
    isLost: isGone || activity.kind === "ends",
    hasSettled: isGone || isRested || (before.hasSettled && activity.kind === "runs"),
  };
}

/** Time, in ms; a sleep ends when it is interrupted. */
export interface Clock {
  readonly now: () => number;
  readonly sleep: (ms: number, interrupt: AbortSignal) => Promise<void>;
}

const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/** What was seen of an agent. */
interface Seen {
  readonly pid: number | undefined;
  /** Processor time, µs, and since when, ms, that has been all. */
  readonly usedUs: number | undefined;
  readonly sinceMs: number;
  /** It is gone, or about to be. */
  readonly isLost: boolean;
  readonly hasSettled: boolean;
}

const nothingSeen: Seen = { pid: undefined, usedUs: undefined, sinceMs: 0, isLost: false, hasSettled: false };
