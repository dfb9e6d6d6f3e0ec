import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
} from "node:fs";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { errorMessage } from "../../text/error-message.ts";

/** The owner and the permissions of a file, which its next version keeps. */
export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Returns the owner and permissions of a regular file; undefined for anything else. */
export function ownershipOf(path: string): Ownership | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid } : undefined;
}

/**
 * Replaces a file by its draft in one rename. The draft gets the owner and permissions first. If that fails, both files
 * stay as they are.
 */
export function installDraft(draft: string, path: string, { mode, uid, gid }: Ownership): Result<void> {
  try {
    const file = openSync(draft, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const stat = fstatSync(file);
      if (stat.uid !== uid || stat.gid !== gid) fchownSync(file, uid, gid);
      fchmodSync(file, mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    return ok(undefined);
  } catch (error) {
    return fail("file-write-failed", `cannot replace ${path} by ${draft}`, {
      detail: errorMessage(error),
      hint: "check the owner and mode of the file and of its folder",
    });
  }
}
