import type { Change } from "./change.ts";

/** Returns true if two changes say the same. The content of hand-edited files does not count. */
export function isSameChange(a: Change, b: Change): boolean {
  return a === b || (a.reason === b.reason && changeKey(a) === changeKey(b));
}

/** Returns the reason and data of a change as text to compare, without what somebody has written into a file. */
export function changeKey(change: Change): string {
  return JSON.stringify({ ...change, edit: undefined, diff: undefined });
}
