import { remembering } from "./remembering.ts";

/**
 * Returns the items in the natural order of their names: `coder-2` before `coder-10`. If names differ in
 * leading zeros alone, their characters decide.
 */
export function inNaturalOrder<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: sortKey(nameOf(item)) }))
    .sort((one, other) => compareTexts(one.key, other.key))
    .map(({ item }) => item);
}

/** Returns the names in that order. */
export function naturally(names: Iterable<string>): string[] {
  return inNaturalOrder([...names], (name) => name);
}

/**
 * Returns a text with the place of a name, or of a path with names in it, in that order: each number has its length in
 * front of it, and the name itself comes last. A plan sorts all names several times, mostly with code that V8 has not
 * optimized yet, but V8 compares two texts with machine code.
 */
const sortKey = remembering((name): string => `${name.replace(/\d+/g, withLength)}\0${name}`);

function withLength(digits: string): string {
  const number = digits.replace(/^0+/, "");
  // A digit goes first, because a name without a number at this place has another character here.
  return `0${String.fromCharCode(number.length)}${number}`;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
