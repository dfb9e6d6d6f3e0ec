import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import type { Layout } from "../desired/layout.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { noManager } from "../drivers/systemd/systemctl.ts";
import { takeLock, type HeldLock } from "../system/flock.ts";

/** Who holds a lock, as written into its file for whoever has to wait. */
interface LockHolder {
  readonly pid: number;
  readonly command: string;
  /** ms since the epoch */
  readonly since: number;
}

/** Makes this process the only writer of the fleet, waiting at most `timeoutMs` for another to end. */
export async function lockFleet(
  layout: Layout,
  command: string,
  timeoutMs: number,
): Promise<Result<HeldLock>> {
  const path = join(layout.stateDir, `${layout.fleet}.lock`);
  const folder = makeFolder(layout.stateDir);
  if (!folder.ok) return folder;
  const lock = await takeLock(path, timeoutMs);
  if (lock === "locked") return lockedBy(readHolder(path));
  if ("error" in lock) {
    return fail("missing-program", "the fleet cannot be locked", {
      detail: lock.error,
      hint: "mosaic-fleet uses flock from util-linux",
    });
  }
  try {
    writeFileSync(
      path,
      JSON.stringify({ pid: process.pid, command, since: Date.now() } satisfies LockHolder),
    );
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
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return ok(undefined);
  } catch (error) {
    return fail("command-failed", `cannot make ${path}`, { detail: String(error) });
  }
}

function lockedBy(holder: LockHolder | undefined): Result<HeldLock> {
  const who =
    holder === undefined
      ? "another run"
      : `\`${holder.command}\` (pid ${holder.pid}, for ${Math.round((Date.now() - holder.since) / 1000)} s)`;
  return fail("locked", `this fleet is being changed by ${who}`, {
    hint: "wait for it to end, or wait longer with --lock-timeout 60s",
  });
}

function readHolder(path: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as LockHolder;
  } catch {
    return undefined;
  }
}
