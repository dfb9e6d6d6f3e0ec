/** The open files of held locks that commands with a change get, too. */
const handed = new Set<number>();

/** The variable of a command with such a lock. */
export const handedVariable = "MOSAIC_FLEET_HAS_LOCK";

/** Hands the open file of a held lock to each command with `keepsLock` from now on. */
export function handOn(file: number): void {
  handed.add(file);
}

/** Ends this for a file, before it is closed. */
export function keepToOneself(file: number): void {
  handed.delete(file);
}

/** Returns the open files for a command with `keepsLock`. */
export function handedLocks(): readonly number[] {
  return [...handed];
}
