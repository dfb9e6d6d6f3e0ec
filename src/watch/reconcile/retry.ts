import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Tell } from "../../events/watch-events.ts";

/** What keeps a watch from its work, told once. */
export interface Trouble {
  /** Returns when to try again, ms: ever more rarely, as long as it stays the same. */
  tell(diagnostics: readonly Diagnostic[]): number;
  isNew(diagnostics: readonly Diagnostic[]): boolean;
  over(): void;
}

/** When it looks again at a machine that could not be read, or that somebody else is changing, ms. */
export const retryMs = 5_000;
const longestRetryMs = 300_000;

/** With no trouble yet. */
export function createTrouble(tell: Tell): Trouble {
  let known: string | undefined;
  let times = 0;
  return {
    tell(diagnostics) {
      const key = keyOf(diagnostics);
      if (key !== known) tell({ kind: "problem", diagnostics });
      times = key === known ? times + 1 : 1;
      known = key;
      return Math.min(retryMs * 2 ** (times - 1), longestRetryMs);
    },
    isNew: (diagnostics) => keyOf(diagnostics) !== known,
    over() {
      if (known !== undefined) tell({ kind: "problem-over" });
      known = undefined;
    },
  };
}

/** What makes a trouble another one. For how long somebody has held a lock is another number each time. */
function keyOf(diagnostics: readonly Diagnostic[]): string {
  const keys = diagnostics.map(({ code, summary }) => (code === "locked" ? code : `${code} ${summary}`));
  return keys.toSorted().join("\n");
}
