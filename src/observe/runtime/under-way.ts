import { readWait } from "./wait.ts";
import { startedPath, waitPath, type Layout } from "../../desired/layout.ts";
import { clockGrainMs, modifiedMs } from "../../drivers/files/read.ts";

/**
 * Returns the agents that are not ready: they have not started since this time, ms since the epoch, or have started and
 * wait until they are ready. Reads two files for each agent, and asks neither systemd nor tmux.
 */
export function notReady(names: readonly string[], layout: Layout, sinceMs: number): readonly string[] {
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
