/** The amount by which two clocks may differ between two looks without anybody having set one, ms. */
const toleranceMs = 5_000;

/** Two clocks as they were last read, and when they last went on by different times. */
export interface Clocks {
  readonly wallMs: number;
  readonly steadyMs: number;
  /** By the steady clock; -Infinity if that has never happened. */
  readonly jumpedMs: number;
}

/**
 * Reads the wall clock, on which tmux tells the last output of an agent, next to a clock set by nobody. If somebody
 * sets the wall clock, or the machine sleeps, they go on by different times.
 */
export function readClocks(before: Clocks | undefined, wallMs: number, steadyMs: number): Clocks {
  const { jumpedMs = -Infinity } = before ?? {};
  const difference = before === undefined ? 0 : wallMs - before.wallMs - (steadyMs - before.steadyMs);
  return { wallMs, steadyMs, jumpedMs: Math.abs(difference) > toleranceMs ? steadyMs : jumpedMs };
}

/** Returns how long ago the wall clock was set or the machine slept, ms. */
export function sinceJump({ steadyMs, jumpedMs }: Clocks): number {
  return steadyMs - jumpedMs;
}
