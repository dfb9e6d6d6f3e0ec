import { closeSync, constants, existsSync, lstatSync, openSync, writeFileSync } from "node:fs";
import { dirname } from "node:path/posix";
import { setTimeout as sleep } from "node:timers/promises";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { writeHint } from "../../diagnostics/error-hint.ts";
import { makeFolders } from "../../drivers/files/make-folders.ts";
import { noManager } from "../../drivers/systemd/systemctl.ts";
import { readLockHolder, type LockHolder } from "../../observe/watch/lock-holder.ts";
import type { HeldLock } from "../../system/flock.ts";
import { errorMessage } from "../../text/error-message.ts";

/**
 * Makes the folder of the lock, but not its runtime directory: systemd makes that for a user with a manager.
 */
export function makeLockFolder(path: string): Result<void> {
  if (!existsSync(dirname(path)))
    return noManager(`There is no ${dirname(path)}, which systemd makes for a user who is logged in.`);
  try {
    makeFolders(path, 0o700);
    return ok(undefined);
  } catch (error) {
    return fail("file-write-failed", `cannot make ${path}`, {
      detail: errorMessage(error),
      hint: writeHint(error),
    });
  }
}

/**
 * Describes a problem with the folder of the locks or with the lock's file: flock(1) would follow a link and
 * create its target, and in another user's folder the lock has no meaning. They may belong to anybody if
 * XDG_RUNTIME_DIR is /tmp.
 */
export function foreignAt(folder: string, file: string): string | undefined {
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) return `${folder} is not a folder but a symbolic link, or something else.`;
  if (stat.uid !== process.getuid?.()) return `${folder} belongs to user ${stat.uid}.`;
  if ((stat.mode & 0o022) !== 0) return `${folder} can be written by others.`;
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found === undefined || found.isFile()
    ? undefined
    : `${file} is not a regular file but a symbolic link, or something else.`;
}

/** Names the holder in the file of a lock, if it can be written; undefined for none. */
export function introduce(path: string, holder: LockHolder | undefined): void {
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
export function introduced(path: string, taken: HeldLock): HeldLock {
  return {
    release() {
      introduce(path, undefined);
      taken.release();
    },
  };
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

/**
 * Time for the holder to write its name, ms: it does so a few milliseconds after it has taken the lock, on a
 * busy machine some hundred.
 */
const introductionMs = 1_500;

/** Returns the holder of the lock; undefined if its file still names an ended process. */
export async function awaitHolder(path: string): Promise<LockHolder | undefined> {
  const deadline = performance.now() + introductionMs;
  for (;;) {
    const holder = readLockHolder(path);
    if (holder !== undefined) return holder;
    if (performance.now() > deadline) return undefined;
    await sleep(20);
  }
}
