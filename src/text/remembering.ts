/** Texts that one function remembers at most. */
const most = 2_000;
/** The longest remembered text, UTF-16 code units. */
const longest = 1_000;

/**
 * Returns a pure function that remembers its results for short texts, and forgets them all when it has too
 * many. For functions that meet the same few texts again and again, such as the lines of a thousand env files.
 */
export function remembering<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > longest) return work(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = work(text);
    if (known.size >= most) known.clear();
    known.set(text, result);
    return result;
  };
}
