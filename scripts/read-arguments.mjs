/**
 * Returns the arguments that `read` has parsed and checked. If it throws, prints its message with the usage, and ends with 64.
 *
 * @template T
 * @param {string} usage
 * @param {() => T} read
 * @returns {T}
 */
export function readArguments(usage, read) {
  try {
    return read();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(64);
  }
}
