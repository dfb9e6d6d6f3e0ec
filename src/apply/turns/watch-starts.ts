import { dirname } from "node:path/posix";
import { waitPath, type Layout } from "../../desired/layout.ts";
import { exists } from "../../drivers/files/read.ts";
import { notReady } from "../../observe/runtime/under-way.ts";
import type { UnitWait } from "../../observed/types.ts";
import { readWaits } from "../../observe/runtime/wait.ts";
import { waitTraits } from "../../plan/view/current-wait.ts";

const lookEveryMs = 500;

/** A look at the starts of a call. */
interface WatchedStarts {
  /** Comes as soon as nothing is left to wait for. */
  readonly signal: AbortSignal;
  /** Returns the agents that are not ready. */
  readonly left: () => readonly string[];
  /** Ends the looks. */
  readonly end: () => void;
}

/**
 * Returns true for a wait longer than any queue. The agent that tries for its held group starts soon, so it does not
 * count.
 */
function isHeldForNow(wait: UnitWait | undefined): boolean {
  return wait !== undefined && (waitTraits[wait.kind].outlastsApply || wait.halt?.isTrying === false);
}

/**
 * Watches starts until all agents that are not ready are held, for an unknown time. After `soon` a wait
 * for their turn or for a dependency is enough: systemd starts them then. Reads files alone.
 */
export function watchStarts(names: readonly string[], layout: Layout, soon: AbortSignal): WatchedStarts {
  const beganMs = Date.now();
  const held = new AbortController();
  const notUpYet = (): readonly string[] => notReady(names, layout, beganMs);
  const checkStarts = (): void => {
    const waiting = notUpYet();
    const waits = readWaits(waiting, layout);
    const isHeld = (name: string): boolean => {
      const wait = waits.get(name);
      return isHeldForNow(wait) || (soon.aborted && (wait?.kind === "turn" || !hasBegun(name, layout)));
    };
    if (waiting.length > 0 && waiting.every(isHeld)) held.abort();
  };
  const timer = setInterval(checkStarts, lookEveryMs);
  timer.unref();
  soon.addEventListener("abort", checkStarts, { once: true });
  return {
    signal: held.signal,
    left: notUpYet,
    end: () => {
      clearInterval(timer);
      soon.removeEventListener("abort", checkStarts);
    },
  };
}

/** Returns true if systemd has begun to start the agent: it makes the directory before all steps. */
function hasBegun(name: string, layout: Layout): boolean {
  return exists(dirname(waitPath(layout, name)));
}
