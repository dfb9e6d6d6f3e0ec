import { setTimeout as pause } from "node:timers/promises";

/** Between two looks, ms: what is waited for takes a few of these, and a look costs a process. */
const intervalMs = 50;

/**
 * Looks again and again until `probe` returns something other than false or undefined, and returns that. Throws with
 * `what` after `deadlineMs`, 15 s unless told, naming what the last look threw if it threw.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | false | undefined>,
  deadlineMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    let problem = "";
    try {
      const value = await probe();
      if (value !== false && value !== undefined) return value;
    } catch (error) {
      problem = `; the last look failed: ${String(error)}`;
    }
    if (performance.now() > deadline) throw new Error(`gave up after ${deadlineMs} ms: ${what}${problem}`);
    await pause(intervalMs);
  }
}
