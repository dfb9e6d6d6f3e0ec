import { setTimeout as pause } from "node:timers/promises";

/**
 * The pause after the first look, ms, and the longest one. A look costs a process, so the looks of a long wait are rarer,
 * and a pause is as long as the look before it: looks without a pause take the processor from the awaited thing.
 */
const firstPauseMs = 50;
const longestPauseMs = 300;

/** The time for a condition, ms, unless told. A machine with other work may be ten times slower. */
export const untilMs = 90_000;

/**
 * Looks again and again until `probe` returns something other than false or undefined, and returns that. After
 * `deadlineMs`, throws with `what`, and with the error of the last look if it threw.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | false | undefined>,
  deadlineMs = untilMs,
): Promise<T> {
  let pauseMs = firstPauseMs;
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    let problem = "";
    const began = performance.now();
    try {
      const value = await probe();
      if (value !== false && value !== undefined) return value;
    } catch (error) {
      problem = `; the last look failed: ${String(error)}`;
    }
    if (performance.now() > deadline) throw new Error(`gave up after ${deadlineMs} ms: ${what}${problem}`);
    const lookMs = performance.now() - began;
    await pause(Math.min(Math.max(pauseMs, lookMs), longestPauseMs));
    pauseMs = Math.min(pauseMs * 1.3, longestPauseMs);
  }
}
