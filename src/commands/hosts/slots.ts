/** A number of places that are taken and given back. */
export interface Slots {
  /** Waits for a place, and returns the function that gives it back. `isNext` goes before all that wait. */
  readonly take: (isNext?: boolean) => Promise<() => void>;
  /** Waits for a place, does the work, and gives the place back. */
  readonly use: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Returns so many places. They are given in the order of the requests. */
export function slots(number: number): Slots {
  let free = number;
  const waiting: (() => void)[] = [];
  const give = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const take = async (isNext = false): Promise<() => void> => {
    if (free > 0) free -= 1;
    else
      await new Promise<void>((resolve) => void (isNext ? waiting.unshift(resolve) : waiting.push(resolve)));
    return give;
  };
  return {
    take,
    async use(work) {
      const end = await take();
      try {
        return await work();
      } finally {
        end();
      }
    },
  };
}
