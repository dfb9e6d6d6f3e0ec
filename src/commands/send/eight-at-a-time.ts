/** The most items at the same time. */
const most = 8;

/** Does some work for each item, eight at a time, and returns the results in the order of the items. */
export async function eightAtATime<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<T, R>();
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) results.set(item, await work(item));
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  return items.flatMap((item) => results.get(item) ?? []);
}
