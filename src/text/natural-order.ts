/**
 * Returns the items in the natural order of their names: `coder-2` before `coder-10`. If names differ in
 * leading zeros alone, their characters decide.
 */
export function inNaturalOrder<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  return [...items].sort((one, other) => compareNaturally(nameOf(one), nameOf(other)));
}

/** Returns the names in that order. */
export function naturally(names: Iterable<string>): string[] {
  return [...names].sort(compareNaturally);
}

/**
 * Compares two names without a copy of either. A plan sorts all names several times, and they are nearly always in
 * order already; a key for each name took 1 % of a plan of 100 agents.
 */
function compareNaturally(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (isDigit(a, i) && isDigit(b, j)) {
      const [endA, endB] = [endOfDigits(a, i), endOfDigits(b, j)];
      const order = compareDigits(a.slice(i, endA), b.slice(j, endB));
      if (order !== 0) return order;
      [i, j] = [endA, endB];
    } else {
      const order = a.charCodeAt(i) - b.charCodeAt(j);
      if (order !== 0) return order;
      i += 1;
      j += 1;
    }
  }
  return a.length - i - (b.length - j) || compare(a, b);
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

function endOfDigits(text: string, start: number): number {
  let end = start + 1;
  while (isDigit(text, end)) end += 1;
  return end;
}

/** Compares two numbers of any length by their digits. */
function compareDigits(a: string, b: string): number {
  const width = Math.max(a.length, b.length);
  return compare(a.padStart(width, "0"), b.padStart(width, "0"));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
