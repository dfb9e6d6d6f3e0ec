import { setTimeout as sleep } from "node:timers/promises";
import { activityDir, type Layout } from "../../desired/layout.ts";
import { readReport } from "../../observe/activity/read-reports.ts";

/** The longest time between two looks at the machine, ms: two processes each time, for any number of agents. */
const longestMs = 1_000;

/** The shortest time between two looks after the report of an end, ms. */
const shortestMs = 300;

/** Time between two readings of the reports, ms: one small file for each agent. */
const readMs = 100;

/**
 * The age of the report of an end at which its agent may be found idle for the first time, ms. Its prompt must stand for 1.5 s,
 * but tmux rounds the time of the last output down to a second.
 */
const ripeMs = 600;

/** The age of a report after which looks are no more urgent, ms. */
const oldMs = 5_000;

/** Waits until the next look at agents is worth it: soon after one of them has reported that it is done, and once a second. */
export async function awaitLook(
  names: readonly string[],
  layout: Layout,
  interrupt: AbortSignal,
): Promise<void> {
  const began = performance.now();
  while (!interrupt.aborted) {
    const waitedMs = performance.now() - began;
    if (waitedMs >= longestMs || (waitedMs >= shortestMs && names.some(mayBeDone))) return;
    await sleep(readMs, undefined, { signal: interrupt }).catch(() => undefined);
  }

  function mayBeDone(name: string): boolean {
    const report = readReport(`${activityDir(layout)}/${name}`);
    const ageMs = report?.state === "idle" ? Date.now() - report.sinceMs : 0;
    return ageMs >= ripeMs && ageMs < oldMs;
  }
}
