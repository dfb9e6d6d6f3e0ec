/** Returns a clock that notes times, and gives their medians, ms. */
export function clock() {
  const all = new Map();
  const key = (contender, step, size) => `${contender} ${step} ${size}`;
  return {
    note({ contender, step, size, ms }) {
      const at = key(contender, step, size);
      all.set(at, [...(all.get(at) ?? []), ms]);
    },
    /** Undefined without a measurement. */
    median(contender, step, size) {
      const times = all.get(key(contender, step, size));
      return times === undefined ? undefined : medianOf(times);
    },
  };
}

function medianOf(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
