/**
 * Returns a value as one line of JSON. Since node 24, readline also splits lines at U+2028 and U+2029, which JSON has as
 * they are.
 *
 * @param {unknown} value
 */
export function jsonLine(value) {
  const escaped = (/** @type {string} */ sign) => `\\u${sign.charCodeAt(0).toString(16)}`;
  return `${JSON.stringify(value).replaceAll(/[\u2028\u2029]/g, escaped)}\n`;
}
