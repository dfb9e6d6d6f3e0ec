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
 * Compares two names, or paths with names in them, without a copy of either: a plan sorts all names several times, mostly with code that V8
 * has not optimized yet. Names of a fleet mostly begin alike, so it steps over the common part first.
 */
export function compareNaturally(a: string, b: string): number {
  let i = commonPart(a, b);
  let j = i;
  while (i < a.length && j < b.length) {
    if (isDigit(a, i) && isDigit(b, j)) {
      const endA = endOfDigits(a, i);
      const endB = endOfDigits(b, j);
      const order = compareDigits(a, i, endA, b, j, endB);
      if (order !== 0) return order;
      i = endA;
      j = endB;
    } else {
      const order = a.charCodeAt(i) - b.charCodeAt(j);
      if (order !== 0) return order;
      i += 1;
      j += 1;
    }
  }
  return a.length - i - (b.length - j) || compare(a, b);
}

/** Returns the length of the common beginning, without the digits at its end: they may begin a longer number. */
function commonPart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let end = 0;
  while (end < most && a.charCodeAt(end) === b.charCodeAt(end)) end += 1;
  while (end > 0 && isDigit(a, end - 1)) end -= 1;
  return end;
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

/** Compares two numbers of any length by their digits: those of `a` from `i` to `endA`, and so on. */
function compareDigits(a: string, i: number, endA: number, b: string, j: number, endB: number): number {
  const firstA = afterZeros(a, i, endA);
  const firstB = afterZeros(b, j, endB);
  const longer = endA - firstA - (endB - firstB);
  if (longer !== 0) return longer;
  for (let at = 0; firstA + at < endA; at += 1) {
    const order = a.charCodeAt(firstA + at) - b.charCodeAt(firstB + at);
    if (order !== 0) return order;
  }
  return 0;
}

function afterZeros(text: string, start: number, end: number): number {
  let first = start;
  while (first < end && text.charCodeAt(first) === 48) first += 1;
  return first;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
