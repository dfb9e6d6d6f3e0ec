import { lstatSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path/posix";
import { namedByTemporary } from "./temporary.ts";

/** Which temporary files in a folder are leftovers. */
export interface Sweep {
  /** Whether the file that a temporary one was to become is one whose writers are all dead. */
  readonly isOurs: (name: string) => boolean;
  /** Only what is at least so old, ms. */
  readonly olderThanMs?: number;
}

/**
 * Removes what writers that were killed have left in a folder: files and links of this account with the name of a temporary
 * file. Returns how many. Nothing else is touched, links are not followed, and what cannot be removed stays: it does no harm.
 */
export function sweepFolder(folder: string, { isOurs, olderThanMs = 0 }: Sweep): number {
  let removed = 0;
  for (const name of namesIn(folder)) {
    const becomes = namedByTemporary(name);
    if (becomes === undefined || !isOurs(becomes)) continue;
    if (removeLeftover(join(folder, name), olderThanMs)) removed += 1;
  }
  return removed;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function removeLeftover(path: string, olderThanMs: number): boolean {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() && !stat.isSymbolicLink()) return false;
    if (stat.uid !== process.getuid?.() || Date.now() - stat.mtimeMs < olderThanMs) return false;
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
