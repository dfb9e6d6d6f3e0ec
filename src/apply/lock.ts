import { closeSync, constants, existsSync, lstatSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { setTimeout as sleep } from "node:timers/promises";
import type { Layout } from "../desired/layout.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { makeFolders } from "../drivers/files/make-folders.ts";
import { noManager } from "../drivers/systemd/systemctl.ts";
import { timeoutFactor } from "../system/exec.ts";
import { takeLock, type HeldLock } from "../system/flock.ts";

/** Who holds a lock, as written into its file for whoever has to wait. */
interface LockHolder {
  readonly pid: number;
  readonly command: string;
  /** ms since the epoch */
  readonly since: number;
}

/**
 * Makes this process the only writer of the fleet, waiting at most `timeoutMs` for another to end. `onWait` is told for
 * whom, if for anybody.
 */
export async function lockFleet(
  layout: Layout,
  command: string,
  timeoutMs: number,
  onWait: (holder: string) => void,
): Promise<Result<HeldLock>> {
  const path = join(layout.stateDir, `${layout.fleet}.lock`);
  const folder = makeFolder(layout.stateDir);
  if (!folder.ok) return folder;
  const stranger = strangerAt(layout.stateDir, path);
  if (stranger !== undefined) return cannotLock(stranger);
  const factor = timeoutFactor(process.env);
  let lock = await takeLock(path, { timeoutMs: 0, factor });
  if (lock === "locked" && timeoutMs > 0) {
    onWait(phraseOf(await awaitHolder(path)));
    lock = await takeLock(path, { timeoutMs, factor });
  }
  if (lock === "locked") return lockedBy(await awaitHolder(path));
  if (lock === "interrupted") {
    return fail("interrupted", "interrupted while waiting for another run to end", {
      detail: "Nothing was changed.",
    });
  }
  if ("error" in lock) {
    return fail("missing-program", "the fleet cannot be locked", {
      detail: lock.error,
      hint: "mosaic-fleet uses flock from util-linux",
    });
  }
  try {
    writeHolder(path, { pid: process.pid, command, since: Date.now() });
  } catch {
    // It only tells others whom they wait for: the lock is held all the same.
  }
  return ok(lock);
}

/** The runtime directory that it lies in is not made: systemd does that, for a user who has a manager. */
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
 * What is wrong with the folder of the locks or with the lock's file, for flock(1) would follow a link and create what it
 * leads to, and in somebody else's folder the lock says nothing. They may be anybody's where XDG_RUNTIME_DIR is /tmp.
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

function writeHolder(path: string, holder: LockHolder): void {
  const { O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants;
  const file = openSync(path, O_WRONLY | O_TRUNC | O_NOFOLLOW);
  try {
    writeFileSync(file, JSON.stringify(holder));
  } finally {
    closeSync(file);
  }
}

function lockedBy(holder: LockHolder | undefined): Result<HeldLock> {
  return fail("locked", `this fleet is being changed by ${phraseOf(holder)}`, {
    hint: "wait for it to end, or wait longer with --lock-timeout 60s",
  });
}

function phraseOf(holder: LockHolder | undefined): string {
  if (holder === undefined) return "another run";
  const seconds = Math.max(0, Math.round((Date.now() - holder.since) / 1000));
  return `\`${holder.command}\` (pid ${holder.pid}, for ${seconds} s)`;
}

/** How long the holder is given to say who it is, ms: it does so a few milliseconds after it has taken the lock. */
const introductionMs = 500;

/** Who holds the lock; undefined where its file still names one who is gone. */
async function awaitHolder(path: string): Promise<LockHolder | undefined> {
  const deadline = performance.now() + introductionMs;
  for (;;) {
    const holder = readHolder(path);
    if (holder !== undefined && isAlive(holder.pid)) return holder;
    if (performance.now() > deadline) return undefined;
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

function readHolder(path: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as LockHolder;
  } catch {
    return undefined;
  }
}
