import { watch } from "node:fs";
import { basename } from "node:path/posix";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { makeFolders } from "../drivers/files/make-folders.ts";
import { timeoutFactor } from "../system/exec.ts";
import { takeLock, type HeldLock } from "../system/flock.ts";
import type { SourcePaths } from "./source-paths.ts";

/** A source this process alone follows. */
export interface HeldSource {
  readonly paths: SourcePaths;
  close(): void;
}

/**
 * Takes the lock of a source, and calls `onOrder` as soon as a person has pinned, accepted or unpinned a revision. A process
 * holds it for as long as it lives.
 */
export async function holdSource(
  paths: SourcePaths,
  onOrder: () => void,
  interrupt: AbortSignal,
): Promise<Result<HeldSource>> {
  makeFolders(paths.state, 0o700, 0o700);
  const lock = await lockSource(paths.lock, interrupt);
  if (!lock.ok) return lock;
  const orders = basename(paths.orders);
  const watcher = watch(paths.state, { persistent: false }, (_, changed) => {
    if (changed === orders) onOrder();
  });
  // Without it, the next pass of the interval sees the order.
  watcher.on("error", () => undefined);
  return ok({
    paths,
    close() {
      watcher.close();
      lock.value.release();
    },
  });
}

async function lockSource(path: string, interrupt: AbortSignal): Promise<Result<HeldLock>> {
  const factor = timeoutFactor(process.env);
  const taken = await takeLock(path, { timeoutMs: 0, factor, interrupt });
  if (taken === "locked" || taken === "interrupted")
    return fail("blocked", "another program follows this source", {
      hint: "one watch a fleet: end the other one",
    });
  return "release" in taken ? ok(taken) : fail("blocked", `the source cannot be locked: ${taken.error}`);
}
