import { restAfter } from "../rest-after.ts";

/** A reading that is repeated on demand, and rests between two times. */
export interface PacedReading {
  /** Reads within some ms. A later demand does not delay a reading that is due. */
  wakeIn(ms: number): void;
  /** Forgets the next reading. One under way goes on. */
  stop(): void;
}

/** Returns a reading without a demand so far. An error of `read` ends one time only. */
export function createPacedReading(read: () => Promise<void>): PacedReading {
  let isReading = false;
  let timer: NodeJS.Timeout | undefined;
  /** The time of the next reading, by performance.now(). */
  let dueMs = Infinity;
  /** No reading begins before. */
  let notBeforeMs = 0;

  return {
    wakeIn(ms) {
      const at = Math.max(performance.now() + ms, notBeforeMs);
      if (at >= dueMs) return;
      dueMs = at;
      if (!isReading) armReading();
    },
    stop() {
      clearTimeout(timer);
      dueMs = Infinity;
    },
  };

  function armReading(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void readNow(), Math.max(dueMs, notBeforeMs) - performance.now());
  }

  async function readNow(): Promise<void> {
    isReading = true;
    dueMs = Infinity;
    const before = process.cpuUsage();
    try {
      await read();
    } catch {
      // The next time reads everything again.
    }
    notBeforeMs = restAfter(before);
    isReading = false;
    if (dueMs !== Infinity) armReading();
  }
}
