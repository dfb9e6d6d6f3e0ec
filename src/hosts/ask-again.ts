/** The pause between two questions to a host that answers, ms. */
const calmMs = 15_000;
/** The longest pause after failures, ms. */
const longestMs = 240_000;
/** The pause after an answer, at least, in times of its duration: a slow host is asked less often. */
const leastRest = 10;

/**
 * Returns the pause before the next question to a host, ms: `failures` are those since its last answer, and `tookMs` is the
 * duration of the last question. Pure.
 */
export function pauseBeforeQuestion(failures: number, tookMs: number): number {
  const backOff = calmMs * 2 ** Math.max(0, failures - 1);
  return Math.min(longestMs, Math.max(backOff, leastRest * tookMs));
}
