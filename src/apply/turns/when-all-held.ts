import type { Layout } from "../../desired/layout.ts";
import { notStarted } from "../../observe/files/not-up.ts";
import type { ObservedWait } from "../../observed/types.ts";
import { readWaits } from "../../observe/files/wait.ts";

const lookEveryMs = 500;

/** Returns true for a wait longer than any queue. */
function isEndless(wait: ObservedWait | undefined): boolean {
  return wait?.kind === "limit" || wait?.hold?.isTrying === false;
}

/**
 * Returns a signal that comes as soon as all remaining agents are held, for an unknown time. Reads files
 * alone. `end` ends the looks.
 */
export function whenAllHeld(
  names: readonly string[],
  layout: Layout,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const beganMs = Date.now();
  const held = new AbortController();
  const timer = setInterval(() => {
    const left = notStarted(names, layout, beganMs);
    const waits = readWaits(left, layout);
    const areHeld = left.every((name) => isEndless(waits.get(name)));
    if (left.length > 0 && areHeld) held.abort();
  }, lookEveryMs);
  timer.unref();
  return {
    signal: held.signal,
    end: () => {
      clearInterval(timer);
    },
  };
}
