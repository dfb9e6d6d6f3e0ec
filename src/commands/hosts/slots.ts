/** A number of places that are taken and given back. */
export interface Slots {
  /** Waits for a place, does the work, and gives the place back. */
  readonly use: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Returns so many places. They are given in the order of the requests. */
export function slots(number: number): Slots {
  let free = number;
  const waiting: (() => void)[] = [];
  return {
    async use(work) {
      if (free === 0) await new Promise<void>((resolve) => void waiting.push(resolve));
      else free -= 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
