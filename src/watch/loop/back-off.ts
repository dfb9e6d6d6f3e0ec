/**
 * The attempts to start an agent again because it does not run as declared: a failing agent is tried less and less often.
 * An entry counts for one configuration: an edit of the agent begins a new count, and so does a lasting run.
 */
interface Attempts {
  /** The tried configuration. */
  readonly key: string;
  readonly count: number;
  /** The earliest time of the next attempt, ms of a clock nobody sets. */
  readonly notBeforeMs: number;
}

export type BackOff = ReadonlyMap<string, Attempts>;

/**
 * Delays after the first attempts, ms; then each is twice the one before. The first is short, because somebody may just
 * have stopped the agent.
 */
const firstDelaysMs = [1_000, 5_000];
const longestDelayMs = 300_000;

/** A run counts as a success when it has lasted for so long and for as long as the delay, ms. */
const lastingMs = 60_000;

/** Returns how long to wait after the n-th attempt in a row, ms. */
export function delayAfter(count: number): number {
  const known = firstDelaysMs[count - 1];
  if (known !== undefined) return known;
  const last = firstDelaysMs.at(-1) ?? longestDelayMs;
  return Math.min(last * 2 ** (count - firstDelaysMs.length), longestDelayMs);
}

/** Adds one more attempt for each of these agents. */
export function withAttempts(
  backOff: BackOff,
  tried: readonly { readonly agent: string; readonly key: string }[],
  nowMs: number,
): BackOff {
  const next = new Map(backOff);
  for (const { agent, key } of tried) {
    const known = backOff.get(agent);
    const count = (known?.key === key ? known.count : 0) + 1;
    next.set(agent, { key, count, notBeforeMs: nowMs + delayAfter(count) });
  }
  return next;
}

/** Removes the agents that have run for long enough by now. `runningForMs` says how long each running agent has run. */
export function withoutLasting(backOff: BackOff, runningForMs: ReadonlyMap<string, number>): BackOff {
  const left = [...backOff].filter(
    ([agent, { count }]) => (runningForMs.get(agent) ?? 0) < Math.max(lastingMs, delayAfter(count)),
  );
  return left.length === backOff.size ? backOff : new Map(left);
}

/** Returns when the agent may be tried again, by the same clock; undefined if it may be tried now. */
export function heldUntil(backOff: BackOff, agent: string, key: string, nowMs: number): number | undefined {
  const known = backOff.get(agent);
  return known?.key === key && known.notBeforeMs > nowMs ? known.notBeforeMs : undefined;
}
