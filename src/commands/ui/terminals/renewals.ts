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
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> | undefined;
  /** The time of the next picture, by performance.now(). */
  let dueAt = Infinity;
  let renewedAt = -Infinity;
  let isClosed = false;

  /** Waits for the next picture. While one is under way, its end begins the wait. */
  function wait(): void {
    clearTimeout(timer);
    if (isClosed || work !== undefined || dueAt === Infinity) return;
    timer = setTimeout(() => void (work = run()), Math.max(0, dueAt - performance.now()));
  }

  async function run(): Promise<void> {
    dueAt = Infinity;
    renewedAt = performance.now();
    await renew();
    work = undefined;
    wait();
  }

  return {
    soon(ms) {
      dueAt = Math.min(dueAt, Math.max(performance.now() + ms, renewedAt + betweenMs));
      wait();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await work;
    },
  };
}
