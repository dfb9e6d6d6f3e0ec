/** Digits of a number as they are compared: more than names have. */
const width = 63;

/**
 * Returns the items in the natural order of their names: `coder-2` before `coder-10`. If names differ in
 * leading zeros alone, their characters decide.
 */
export function inNaturalOrder<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const keyed = items.map((item) => {
    const name = nameOf(item);
    return { item, name, key: name.replaceAll(/\d+/g, (digits) => digits.padStart(width, "0")) };
  });
  return keyed.sort((a, b) => compare(a.key, b.key) || compare(a.name, b.name)).map(({ item }) => item);
}

/** Returns the names in that order. */
export function naturally(names: Iterable<string>): string[] {
  return inNaturalOrder([...names], (name) => name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
