import { lstatSync, unlinkSync } from "node:fs";
import { join } from "node:path/posix";
import { namedByTemporary } from "./temporary.ts";
import { listReadableFolder } from "./read.ts";

/** The rules by which temporary files in a folder count as leftovers. */
export interface Sweep {
  /** True if all writers of the file a temporary file was to become are dead. */
  readonly isOurs: (name: string) => boolean;
  /** Least age of a leftover, ms. */
  readonly olderThanMs?: number;
}

/**
 * Removes the leftovers of killed writers in a folder: files and links of this account with the name of a
 * temporary file. Returns their number. Touches nothing else, follows no links, and skips files that cannot
 * be removed, because they do no harm.
 */
export function sweepFolder(folder: string, { isOurs, olderThanMs = 0 }: Sweep): number {
  let removed = 0;
  for (const name of listReadableFolder(folder)) {
    const becomes = namedByTemporary(name);
    if (becomes === undefined || !isOurs(becomes)) continue;
    if (removeLeftover(join(folder, name), olderThanMs)) removed += 1;
  }
  return removed;
}

function removeLeftover(path: string, olderThanMs: number): boolean {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() && !stat.isSymbolicLink()) return false;
    if (stat.uid !== process.getuid?.() || isYounger(stat.mtimeMs, olderThanMs)) return false;
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Returns true if a time, ms since the epoch, is less than an age ago. Times of files are finer than the clock, and may be ahead of it. */
function isYounger(timeMs: number, ageMs: number): boolean {
  return ageMs > 0 && Date.now() - timeMs < ageMs;
}
