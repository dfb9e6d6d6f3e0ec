import { fail, type Result } from "../../diagnostics/diagnostic.ts";
import type { LockHolder } from "../../observe/watch/lock-holder.ts";
import type { HeldLock } from "../../system/flock.ts";

/** Returns the result if something is in the place of a lock, or of its folder. */
export function cannotLock(why: string): Result<HeldLock> {
  return fail("lock-unusable", "the fleet cannot be locked", {
    detail: `${why} Nothing was changed.`,
    hint: "check who created it and delete it; it is recreated automatically",
  });
}

/** Returns the result if another run changes the fleet. */
export function lockedBy(holder: LockHolder | undefined): Result<HeldLock> {
  return fail("locked", `this fleet is being changed by ${holderPhrase(holder)}`, {
    hint: "wait for it to end, or wait longer with --lock-timeout 60s",
  });
}

/** Returns the result if another watch follows the fleet. */
export function watchedBy(holder: LockHolder | undefined): Result<HeldLock> {
  return fail("locked", `this fleet is watched already, by ${holderPhrase(holder)}`, {
    hint: "one watch a fleet: end that one first (`fleet watch --uninstall`, if it is the service)",
  });
}

/** Names the holder of a lock in a sentence. */
export function holderPhrase(holder: LockHolder | undefined): string {
  if (holder === undefined) return "another run";
  const seconds = Math.max(0, Math.round((Date.now() - holder.since) / 1000));
  return `\`${holder.command}\` (pid ${holder.pid}, for ${seconds} s)`;
}
