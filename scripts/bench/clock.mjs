/** @typedef {{ contender: string, step: string, size: number, ms: number }} Time */
/** @typedef {ReturnType<typeof clock>} Clock */

/** Returns a clock that notes times, and gives their medians, ms. */
export function clock() {
  /** @type {Map<string, number[]>} */
  const all = new Map();
  /**
   * Returns the key of the times of a step.
   *
   * @param {string} contender
   * @param {string} step
   * @param {number} size
   */
  const key = (contender, step, size) => `${contender} ${step} ${size}`;
  return {
    /** @param {Time} time */
    note({ contender, step, size, ms }) {
      const at = key(contender, step, size);
      all.set(at, [...(all.get(at) ?? []), ms]);
    },
    /**
     * Undefined without a measurement.
     *
     * @param {string} contender
     * @param {string} step
     * @param {number} size
     */
    median(contender, step, size) {
      const times = all.get(key(contender, step, size));
      return times === undefined ? undefined : medianOf(times);
    },
  };
}

/**
 * Returns the median; it takes one number at least.
 *
 * @param {readonly number[]} numbers
 */
function medianOf(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
