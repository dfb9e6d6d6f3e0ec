import { readWait } from "./wait.ts";
import { startedPath, waitPath, type Layout } from "../../desired/layout.ts";
import { modifiedMs } from "../../drivers/files/read.ts";

/** The time of a file may lag by one tick of the kernel, ms. */
export const clockGrainMs = 10;

/**
 * Returns the agents that have not started since this time, ms since the epoch, or are not ready. Reads two files for each
 * agent, and asks neither systemd nor tmux.
 */
export function notStarted(names: readonly string[], layout: Layout, sinceMs: number): readonly string[] {
  return names.filter(
    (name) =>
      (modifiedMs(startedPath(layout, name)) ?? 0) < sinceMs - clockGrainMs ||
      readWait(waitPath(layout, name))?.kind === "ready",
  );
}

/** Returns the agents that have not ended yet: systemd removes the directory of an agent with its end. */
export function notEnded(names: readonly string[], layout: Layout): readonly string[] {
  return names.filter((name) => modifiedMs(startedPath(layout, name)) !== undefined);
}
