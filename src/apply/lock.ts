import { closeSync, constants, existsSync, lstatSync, openSync, writeFileSync } from "node:fs";
import { dirname } from "node:path/posix";
import { setTimeout as sleep } from "node:timers/promises";
import { lockPath, watchLockPath, type Layout } from "../desired/layout.ts";
import { version } from "../desired/version.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { makeFolders } from "../drivers/files/make-folders.ts";
import { noManager } from "../drivers/systemd/systemctl.ts";
import { readLockHolder, startTicks, type LockHolder } from "../observe/watch/lock-holder.ts";
import type { Polling } from "../observed/polling.ts";
import { timeoutFactor } from "../system/exec.ts";
import { takeLock, type HeldLock } from "../system/flock.ts";

/** The holder's name in the lock of a watch. */
const watchCommand = "fleet watch";

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
    command,
    timeoutMs: (holder) => (isWatch(holder) ? Math.max(timeoutMs, watchPatienceMs) : timeoutMs),
    onWait: (holder) => onWait(isWatch(holder) ? `the apply of ${phraseOf(holder)}` : phraseOf(holder)),
    refuse: lockedBy,
    interrupt,
  });
}

function isWatch(holder: LockHolder | undefined): boolean {
  return holder?.command === watchCommand;
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
    command: watchCommand,
    timeoutMs: () => timeoutMs,
    onWait: (holder) => onWait(phraseOf(holder)),
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

interface Wanted {
  readonly path: string;
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

async function lock(folder: string, wanted: Wanted): Promise<Result<HeldLock>> {
  const { path, command, timeoutMs, onWait, interrupt, refuse } = wanted;
  const made = makeFolder(folder);
  if (!made.ok) return made;
  const stranger = strangerAt(folder, path);
  if (stranger !== undefined) return cannotLock(stranger);
  const factor = timeoutFactor(process.env);
  let taken = await takeLock(path, { timeoutMs: 0, factor, interrupt });
  if (taken === "locked") {
    const holder = await awaitHolder(path);
    const waitMs = timeoutMs(holder);
    if (holder === undefined && waitMs === 0) {
      // The holder has no name in the file: it may be gone already.
      taken = await takeLock(path, { timeoutMs: 0, factor, interrupt });
    } else if (waitMs > 0) {
      onWait(holder);
      taken = await takeLock(path, { timeoutMs: waitMs, factor, interrupt });
    }
    if (taken === "locked") return refuse(waitMs > 0 ? await awaitHolder(path) : holder);
  }
  if (taken === "interrupted") {
    return fail("interrupted", "interrupted while waiting for another run to end", {
      detail: "Nothing was changed.",
    });
  }
  if ("error" in taken) {
    return fail("missing-program", "the fleet cannot be locked", {
      detail: taken.error,
      hint: "mosaic-fleet uses flock from util-linux",
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

function introduce(path: string, holder: LockHolder | undefined): void {
  try {
    writeHolder(path, holder);
  } catch {
    // The file is only information for others: the lock is held without it.
  }
}

/**
 * Names the holder in the lock's file. Removes the name on release, because a watch lives on without the lock
 * and must not be taken for the next holder.
 */
function introduced(path: string, taken: HeldLock): HeldLock {
  return {
    release() {
      introduce(path, undefined);
      taken.release();
    },
  };
}

/**
 * Makes the folder of the lock, but not its runtime directory: systemd makes that for a user with a manager.
 */
function makeFolder(path: string): Result<void> {
  if (!existsSync(dirname(path)))
    return noManager(`There is no ${dirname(path)}, which systemd makes for a user who is logged in.`);
  try {
    makeFolders(path, 0o700);
    return ok(undefined);
  } catch (error) {
    return fail("command-failed", `cannot make ${path}`, { detail: String(error) });
  }
}

/**
 * Describes a problem with the folder of the locks or with the lock's file: flock(1) would follow a link and
 * create its target, and in another user's folder the lock has no meaning. They may belong to anybody if
 * XDG_RUNTIME_DIR is /tmp.
 */
function strangerAt(folder: string, file: string): string | undefined {
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) return `${folder} is not a folder but a symbolic link, or something else.`;
  if (stat.uid !== process.getuid?.()) return `${folder} belongs to user ${stat.uid}.`;
  if ((stat.mode & 0o022) !== 0) return `${folder} can be written by others.`;
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found === undefined || found.isFile()
    ? undefined
    : `${file} is not a regular file but a symbolic link, or something else.`;
}

function cannotLock(why: string): Result<HeldLock> {
  return fail("command-failed", "the fleet cannot be locked", {
    detail: `${why} Nothing was changed.`,
    hint: "look who made it, and remove it: it is made anew",
  });
}

/** Writes the holder of the lock; undefined for none. */
function writeHolder(path: string, holder: LockHolder | undefined): void {
  const { O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants;
  const file = openSync(path, O_WRONLY | O_TRUNC | O_NOFOLLOW);
  try {
    writeFileSync(file, holder === undefined ? "" : JSON.stringify(holder));
  } finally {
    closeSync(file);
  }
}

function lockedBy(holder: LockHolder | undefined): Result<HeldLock> {
  return fail("locked", `this fleet is being changed by ${phraseOf(holder)}`, {
    hint: "wait for it to end, or wait longer with --lock-timeout 60s",
  });
}

function watchedBy(holder: LockHolder | undefined): Result<HeldLock> {
  return fail("locked", `this fleet is watched already, by ${phraseOf(holder)}`, {
    hint: "one watch a fleet: end that one first (`fleet watch --uninstall`, if it is the service)",
  });
}

function phraseOf(holder: LockHolder | undefined): string {
  if (holder === undefined) return "another run";
  const seconds = Math.max(0, Math.round((Date.now() - holder.since) / 1000));
  return `\`${holder.command}\` (pid ${holder.pid}, for ${seconds} s)`;
}

/**
 * Time for the holder to write its name, ms: it does so a few milliseconds after it has taken the lock, on a
 * busy machine some hundred.
 */
const introductionMs = 1_500;

/** Returns the holder of the lock; undefined if its file still names an ended process. */
async function awaitHolder(path: string): Promise<LockHolder | undefined> {
  const deadline = performance.now() + introductionMs;
  for (;;) {
    const holder = readLockHolder(path);
    if (holder !== undefined) return holder;
    if (performance.now() > deadline) return undefined;
    await sleep(20);
  }
}
