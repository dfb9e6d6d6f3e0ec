/** Returns `1 agent`, `2 agents`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Returns `a, b and 3 more`: the first `most` of the names, and the number of the others. */
export function listOf(names: readonly string[], most = 5): string {
  const left = names.length - most;
  const shown = names.slice(0, most).join(", ");
  return left > 0 ? `${shown} and ${left} more` : shown;
}
