/** A timer that wakes once, at the time set last. */
export interface Alarm {
  /** Sets the time, by the clock of `performance.now()`, or unsets it. Returns the time until then, ms. */
  set(atMs: number | undefined): number | undefined;
}

/** Returns an alarm that calls `onWake`. */
export function createAlarm(onWake: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  return {
    set(atMs) {
      clearTimeout(timer);
      const inMs = atMs === undefined ? undefined : Math.max(atMs - performance.now(), 0);
      // Timers may come a moment early.
      if (inMs !== undefined) timer = setTimeout(onWake, Math.ceil(inMs));
      return inMs;
    },
  };
}
