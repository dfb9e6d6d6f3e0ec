// Figures of a measurement in words.

/**
 * Takes a figure: what was measured, and its value in words.
 *
 * @typedef {(what: string, value: string) => void} Say
 */

/**
 * Returns the median, the ninth decile and the largest value.
 *
 * @param {readonly number[]} values
 */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return `${ms(at(0.5))}, 90 % within ${ms(at(0.9))}, longest ${ms(at(1))}`;
}

/**
 * Returns a time in words.
 *
 * @param {number} value
 */
export function ms(value) {
  return `${value.toFixed(0)} ms`;
}

/**
 * Waits.
 *
 * @param {number} milliseconds
 */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
