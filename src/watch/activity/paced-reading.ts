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
  return new RestingReading(read);
}

class RestingReading implements PacedReading {
  readonly #read: () => Promise<void>;
  #isReading = false;
  #timer: NodeJS.Timeout | undefined;
  /** The time of the next reading, by performance.now(); Infinity for none. */
  #dueMs = Infinity;
  /** No reading begins before. */
  #notBeforeMs = 0;

  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  wakeIn(ms: number): void {
    const at = Math.max(performance.now() + ms, this.#notBeforeMs);
    if (at >= this.#dueMs) return;
    this.#dueMs = at;
    if (!this.#isReading) this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#dueMs = Infinity;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const waitMs = Math.max(this.#dueMs, this.#notBeforeMs) - performance.now();
    this.#timer = setTimeout(() => void this.#readNow(), waitMs);
  }

  async #readNow(): Promise<void> {
    this.#isReading = true;
    this.#dueMs = Infinity;
    const before = process.cpuUsage();
    try {
      await this.#read();
    } catch {
      // The next time reads everything again.
    }
    this.#notBeforeMs = restAfter(before);
    this.#isReading = false;
    if (this.#dueMs !== Infinity) this.#arm();
  }
}
