import {
  close,
  closeSync,
  constants,
  fchmod,
  fchmodSync,
  fsync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFile as writeAll,
} from "node:fs";
import { dirname } from "node:path/posix";
import { promisify } from "node:util";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { makeFolders } from "./make-folders.ts";
import { temporaryBeside } from "./temporary.ts";

/**
 * Writes a file whole or not at all: a temporary file beside it, fsync, rename. Makes missing folders, the innermost
 * with `folderMode`. A link in its place is replaced, never written through.
 */
export async function writeFile(
  path: string,
  content: string,
  mode: number,
  folderMode: number,
): Promise<Result<void>> {
  return attempt("write", path, async () => {
    makeFolders(dirname(path), folderMode);
    await replace(path, (temporary) => writeWhole(temporary, content, mode));
  });
}

/** Sets the permission bits of a folder; fails for a link to one. */
export async function setMode(path: string, mode: number): Promise<Result<void>> {
  return attempt("change the mode of", path, () => {
    const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      fchmodSync(folder, mode);
    } finally {
      closeSync(folder);
    }
  });
}

/** Removes a file or link. One that is gone already is no error. */
export async function removeFile(path: string): Promise<Result<void>> {
  return attempt("remove", path, () => rmSync(path, { force: true }));
}

/** Makes or replaces a symbolic link in one step. */
export async function writeLink(path: string, target: string): Promise<Result<void>> {
  return attempt("link", path, () => {
    makeFolders(dirname(path), 0o755);
    return replace(path, (temporary) => symlinkSync(target, temporary));
  });
}

/** Makes an empty file, or removes it. For marks whose presence is their whole content. */
export async function setFlag(path: string, present: boolean): Promise<Result<void>> {
  return attempt(present ? "write" : "remove", path, () => {
    if (!present) return rmSync(path, { force: true });
    makeFolders(dirname(path), 0o700);
    const { O_WRONLY, O_CREAT, O_NOFOLLOW } = constants;
    closeSync(openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600));
  });
}

/** Removes those folders that are empty, in this order: innermost first. */
export function pruneFolders(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      // Something of the user's is in it, or it is gone.
    }
  }
}

/**
 * Own code, for the libraries at hand follow a link in the file's place and write behind it, and name the temporary file so
 * that what a killed writer leaves cannot be told from somebody else's file.
 */
async function replace(path: string, make: (temporary: string) => void | Promise<void>): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await make(temporary);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Fails where the path exists, also as a link. Nobody else can read the file before its mode is set. */
async function writeWhole(path: string, content: string, mode: number): Promise<void> {
  // At once, without a turn of the event loop: a folder that is empty may be removed in the next one.
  const file = openSync(path, "wx", mode & 0o600);
  try {
    await promisify(writeAll)(file, content);
    await promisify(fchmod)(file, mode);
    await promisify(fsync)(file);
  } finally {
    await promisify(close)(file);
  }
}

async function attempt(
  verb: string,
  path: string,
  action: () => void | Promise<void>,
): Promise<Result<void>> {
  try {
    await action();
    return ok(undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail("file-write-failed", `cannot ${verb} ${path}`, { detail: message, hint: hints[code ?? ""] });
  }
}

const hints: Readonly<Record<string, string>> = {
  EACCES: "check the owner and mode of the folder",
  EPERM: "check the owner and mode of the folder",
  EROFS: "the file system is mounted read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
  ELOOP: "a symbolic link is in its place: remove it",
};
