import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { fail, ok, type Result } from "../../../diagnostics/diagnostic.ts";
import { errorMessage } from "../../../text/error-message.ts";

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
 * Replaces a file by its draft in one rename. The draft gets the owner and permissions first. If the user may not give it the
 * owner, but may write to the file, its text goes into the file, as an editor does it: the owner would be locked out of a
 * new one. If that fails too, both files stay as they are.
 */
export function installDraft(draft: string, path: string, ownership: Ownership): Result<void> {
  try {
    if (!takeOwnership(draft, ownership)) {
      writeInto(path, readFileSync(draft));
      rmSync(draft);
      return ok(undefined);
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

/** Gives the draft the owner and permissions of the file. Returns false if the user may not give it the owner. */
function takeOwnership(draft: string, { mode, uid, gid }: Ownership): boolean {
  const file = openSync(draft, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const stat = fstatSync(file);
    if (stat.uid !== uid || stat.gid !== gid) fchownSync(file, uid, gid);
    fchmodSync(file, mode);
    fsyncSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EPERM") return false;
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Writes a text into a file, which keeps its owner and permissions. A fleet file is small enough for one write. */
function writeInto(path: string, text: Buffer): void {
  const file = openSync(path, constants.O_WRONLY);
  try {
    writeSync(file, text, 0, text.length, 0);
    ftruncateSync(file, text.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
