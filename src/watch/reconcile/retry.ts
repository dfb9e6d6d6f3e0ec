import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** A problem that keeps a watch from its work, and how often it has come up in a row. */
export interface Trouble {
  readonly key: string;
  readonly times: number;
}

/**
 * The time until the watch looks again at a machine after it could not read it, or while somebody else changes it, ms.
 */
export const retryMs = 5_000;
const longestRetryMs = 300_000;

/** Returns the trouble after these problems came up once more, or for the first time. */
export function troubleWith(diagnostics: readonly Diagnostic[], before: Trouble | undefined): Trouble {
  const key = troubleKey(diagnostics);
  return { key, times: key === before?.key ? before.times + 1 : 1 };
}

/** Returns true if these problems differ from the known trouble: then people get a report. */
export function isNewTrouble(diagnostics: readonly Diagnostic[], before: Trouble | undefined): boolean {
  return troubleKey(diagnostics) !== before?.key;
}

/** Returns how soon to try again, ms: less and less often, as long as the trouble stays the same. */
export function retryIn({ times }: Trouble): number {
  return Math.min(retryMs * 2 ** (times - 1), longestRetryMs);
}

/**
 * Returns a key: two problems are the same if their keys are. The time since somebody took a lock is not part of the key,
 * because it always differs.
 */
function troubleKey(diagnostics: readonly Diagnostic[]): string {
  const keys = diagnostics.map(({ code, summary }) => (code === "locked" ? code : `${code} ${summary}`));
  return keys.toSorted().join("\n");
}
