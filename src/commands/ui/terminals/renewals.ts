/** The new pictures of one screen: one after the other, and not too often. */
export interface Renewals {
  /** Wants a new picture after so many ms. Many wishes for a time become one picture, of what is there then. */
  readonly soon: (ms: number) => void;
  /** Ends them. Fulfilled as soon as none is under way. */
  readonly close: () => Promise<void>;
}

/** The shortest time between two pictures, ms. */
const betweenMs = 250;

/** Returns the pictures of a screen: none yet. `renew` makes one, and handles its failures. */
export function createRenewals(renew: () => Promise<void>): Renewals {
  return new PacedRenewals(renew);
}

class PacedRenewals implements Renewals {
  readonly #renew: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  /** The picture that is under way. */
  #work: Promise<void> | undefined;
  /** The time of the next picture, by performance.now(); Infinity for none. */
  #dueAt = Infinity;
  #renewedAt = -Infinity;
  #isClosed = false;

  constructor(renew: () => Promise<void>) {
    this.#renew = renew;
  }

  soon(ms: number): void {
    const at = Math.max(performance.now() + ms, this.#renewedAt + betweenMs);
    this.#dueAt = Math.min(this.#dueAt, at);
    this.#wait();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#work;
  }

  /** Waits for the next picture. While one is under way, its end begins the wait. */
  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#work !== undefined || this.#dueAt === Infinity) return;
    const begin = (): void => void (this.#work = this.#run());
    this.#timer = setTimeout(begin, Math.max(0, this.#dueAt - performance.now()));
  }

  async #run(): Promise<void> {
    this.#dueAt = Infinity;
    this.#renewedAt = performance.now();
    await this.#renew();
    this.#work = undefined;
    this.#wait();
  }
}
