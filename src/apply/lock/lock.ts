import { lockPath, watchLockPath, type Layout } from "../../desired/layout.ts";
import { version } from "../../desired/version.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readLockHolder, type LockHolder } from "../../observe/watch/lock-holder.ts";
import type { Polling } from "../../observed/polling.ts";
import { timeoutFactor } from "../../system/exec.ts";
import { takeLock, type HeldLock } from "../../system/flock.ts";
import { startHint } from "../../diagnostics/error-hint.ts";
import { awaitHolder, introduce, introduced, makeLockFolder, foreignAt } from "./lock-file.ts";
import { endOrphanedCalls } from "./orphaned-calls.ts";
import { cannotLock, lockedBy, holderPhrase, watchedBy } from "./lock-problems.ts";
import { startTicks } from "../../drivers/files/kernel/start-ticks.ts";

/** The holder's name in the lock of a watch. */
const watchWords = "fleet watch";

/**
 * Everyone's wait for the current work of a watch, ms: it is unrequested and soon over. Agents have 20 s to
 * stop by default.
 */
const watchPatienceMs = 30_000;

/**
 * Makes this process the only writer of the fleet. Waits at most `timeoutMs` for another to end, and somewhat
 * longer for a watch. `onWait` gets the holder if there is a wait.
 */
export function lockFleet(
  layout: Layout,
  command: string,
  timeoutMs: number,
  onWait: (holder: string) => void,
  interrupt?: AbortSignal,
): Promise<Result<HeldLock>> {
  return lock(layout.stateDir, {
    path: lockPath(layout),
    isHandedOn: true,
    command,
    timeoutMs: (holder) => (isWatch(holder) ? Math.max(timeoutMs, watchPatienceMs) : timeoutMs),
    onWait: (holder) =>
      onWait(isWatch(holder) ? `the apply of ${holderPhrase(holder)}` : holderPhrase(holder)),
    refuse: lockedBy,
    interrupt,
  });
}

function isWatch(holder: LockHolder | undefined): boolean {
  return holder?.command === watchWords;
}

/**
 * Makes this process the only watch of the fleet, by this file; for changes it needs the other lock as well.
 * Waits at most `timeoutMs` for another watch to end. `publish` writes the polled folders next to the holder.
 */
export async function lockWatch(
  layout: Layout,
  file: string,
  timeoutMs: number,
  onWait: (holder: string) => void,
  interrupt: AbortSignal,
): Promise<Result<HeldLock & { readonly publish: (polling: Polling | undefined) => void }>> {
  const path = watchLockPath(layout);
  const taken = await lock(layout.stateDir, {
    path,
    file,
    command: watchWords,
    timeoutMs: () => timeoutMs,
    onWait: (holder) => onWait(holderPhrase(holder)),
    refuse: watchedBy,
    interrupt,
  });
  if (!taken.ok) return taken;
  return ok({
    ...taken.value,
    publish(polling) {
      const holder = readLockHolder(path);
      if (holder?.pid === process.pid) introduce(path, { ...holder, polling });
    },
  });
}

/** Time for the killed calls of a killed run to end, ms: usually none. */
const orphansEndMs = 10_000;

/** Time between two looks during a wait whether the holder was killed, ms. */
const orphansEveryMs = 1_000;

interface LockRequest {
  readonly path: string;
  /** True for the lock of changes: it lasts until the last changing call has ended. */
  readonly isHandedOn?: boolean;
  /** The path of the watched fleet file, if any. */
  readonly file?: string;
  readonly command: string;
  /** Returns the wait for this holder; undefined for an unnamed one. */
  readonly timeoutMs: (holder: LockHolder | undefined) => number;
  readonly onWait: (holder: LockHolder | undefined) => void;
  /** Returns the result if another process holds the lock. */
  readonly refuse: (holder: LockHolder | undefined) => Result<HeldLock>;
  /** The signal that ends the wait; undefined for process signals. */
  readonly interrupt: AbortSignal | undefined;
}

async function lock(folder: string, wanted: LockRequest): Promise<Result<HeldLock>> {
  const { path, command, timeoutMs, onWait, interrupt, refuse } = wanted;
  const made = makeLockFolder(folder);
  if (!made.ok) return made;
  const foreign = foreignAt(folder, path);
  if (foreign !== undefined) return cannotLock(foreign);
  const factor = timeoutFactor(process.env);
  const takeWithin = (forMs: number): ReturnType<typeof takeLock> =>
    takeLock(path, { timeoutMs: forMs, factor, interrupt, isHandedOn: wanted.isHandedOn ?? false });
  let hasWaited = false;
  let taken = await takeWithin(0);
  if (taken === "locked" && endOrphanedCalls(path)) taken = await takeWithin(orphansEndMs);
  if (taken === "locked") {
    const holder = await awaitHolder(path);
    const waitMs = timeoutMs(holder);
    if (holder === undefined && waitMs === 0) {
      // The holder has no name in the file: it may be gone already.
      taken = await takeWithin(endOrphanedCalls(path) ? orphansEndMs : 0);
    } else if (waitMs > 0) {
      onWait(holder);
      hasWaited = true;
      const looks = setInterval(() => endOrphanedCalls(path), orphansEveryMs);
      taken = await takeWithin(waitMs).finally(() => clearInterval(looks));
    }
    // After a wait or a second try, another process may have the lock.
    if (taken === "locked") return refuse(waitMs === 0 && holder ? holder : await awaitHolder(path));
  }
  if (taken === "interrupted") {
    const when = hasWaited ? "while waiting for another run to end" : "before the run began";
    return fail("interrupted", `interrupted ${when}`, { detail: "Nothing was changed." });
  }
  if ("error" in taken) {
    return fail("missing-program", "the fleet cannot be locked", {
      detail: taken.error,
      hint: startHint(taken.code) ?? "mosaic-fleet uses flock from util-linux",
    });
  }
  introduce(path, {
    pid: process.pid,
    command,
    since: Date.now(),
    started: startTicks(process.pid),
    file: wanted.file,
    version: wanted.file === undefined ? undefined : version,
  });
  return ok(introduced(path, taken));
}
