/** Texts one function remembers at most. */
const most = 2_000;
/** The longest remembered text, UTF-16 code units. */
const longest = 1_000;

/**
 * Returns a pure function that remembers its results for short keys, and forgets them all when it has too
 * many. For functions that meet the same few texts again and again, such as the lines of a thousand env files.
 * Arguments with the same `keyOf` have the same result; by default, the key is the only text.
 */
export function remembering<Args extends readonly [string, ...unknown[]], T>(
  work: (...args: Args) => T,
  keyOf: (...args: Args) => string = (...[text]) => text,
): (...args: Args) => T {
  const known = new Map<string, T>();
  return (...args) => {
    const key = keyOf(...args);
    if (key.length > longest) return work(...args);
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = work(...args);
    if (known.size >= most) known.clear();
    known.set(key, result);
    return result;
  };
}
