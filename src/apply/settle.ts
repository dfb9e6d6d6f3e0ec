import { setTimeout as sleep } from "node:timers/promises";
import type { Pulse } from "../observe/pulse.ts";

/** An agent that has used no processor time for so long, ms, has started: it waits for a person, the network or a timer. */
const restMs = 100;
/** An agent that is busy for longer than that, ms, is at work. */
const longestMs = 1_000;
const lookMs = 20;

/**
 * Waits until each of the agents that were started has come to rest, is at work, or is gone again: a missing command ends
 * within 20 ms, but a program that dislikes its arguments may first load for half a second, and is busy meanwhile. Returns
 * the names of those that are gone; of the others, one may end in the next moment, as ever.
 */
export async function settle(
  names: readonly string[],
  pulseOf: (name: string) => Pulse,
  interrupt: AbortSignal,
  clock: Clock = realClock,
): Promise<ReadonlySet<string>> {
  const agents = new Map(names.map((name) => [name, nothingSeen]));
  const began = clock.now();
  for (;;) {
    const now = clock.now();
    for (const [name, before] of agents) agents.set(name, next(before, pulseOf(name), now));
    const seen = [...agents.values()];
    const isOver = seen.every(({ hasSettled }) => hasSettled) || now - began >= longestMs;
    if (isOver || interrupt.aborted) return new Set(names.filter((name) => agents.get(name)?.isGone));
    await clock.sleep(lookMs, interrupt);
  }
}

/** Who has come to rest once may wake up, and is not waited for again; but its end counts as long as others are waited for. */
function next(before: Seen, pulse: Pulse, now: number): Seen {
  const usedUs = pulse.kind === "runs" ? pulse.usedUs : undefined;
  const sinceMs = usedUs !== undefined && usedUs === before.usedUs ? before.sinceMs : now;
  const isGone = pulse.kind === "gone" || before.isGone;
  const hasRested = pulse.kind === "runs" && (before.hasSettled || now - sinceMs >= restMs);
  return { usedUs, sinceMs, isGone, hasSettled: isGone || hasRested };
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
  /** Processor time, µs, and since when, ms, that has been all. */
  readonly usedUs: number | undefined;
  readonly sinceMs: number;
  readonly isGone: boolean;
  readonly hasSettled: boolean;
}

const nothingSeen: Seen = { usedUs: undefined, sinceMs: 0, isGone: false, hasSettled: false };
