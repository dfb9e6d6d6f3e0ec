import {
  chmodSync,
  close,
  closeSync,
  constants,
  fchmod,
  fchmodSync,
  fsync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFile as writeAll,
  writeSync,
} from "node:fs";
import { dirname } from "node:path/posix";
import { promisify } from "node:util";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { writeHint } from "../../diagnostics/error-hint.ts";
import { errorMessage } from "../../text/error-message.ts";
import { makeFolders } from "./make-folders.ts";
import { temporaryBeside } from "./temporary.ts";

/**
 * Writes a file whole or not at all: a temporary file next to it, fsync, rename. Makes missing folders, the
 * innermost with `folderMode`, and those above it with `folderModeAbove`. Replaces a link in its place, and never
 * writes through it.
 */
export async function writeFile(
  path: string,
  content: string | Uint8Array,
  mode: number,
  folderMode: number,
  folderModeAbove = 0o755,
): Promise<Result<void>> {
  return attemptWrite("write", path, async () => {
    makeFolders(dirname(path), folderMode, folderModeAbove);
    await replaceByRename(path, (temporary) => writeWhole(temporary, content, mode));
  });
}

/**
 * Makes a new file, with missing folders above it, and returns true. Returns false, and changes nothing, if anything is
 * in its place, also a dangling link.
 */
export async function createFile(path: string, content: string, mode: number): Promise<Result<boolean>> {
  let isNew = true;
  const written = await attemptWrite("write", path, async () => {
    makeFolders(dirname(path), 0o755);
    try {
      closeSync(openSync(path, "wx", mode));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      isNew = false;
      return;
    }
    try {
      await replaceByRename(path, (temporary) => writeWhole(temporary, content, mode));
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
  });
  return written.ok ? ok(isNew) : written;
}

/** Sets the permission bits of a folder; fails for a link to one. */
export async function setMode(path: string, mode: number): Promise<Result<void>> {
  return attemptWrite("change the mode of", path, () => {
    const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      fchmodSync(folder, mode);
    } finally {
      closeSync(folder);
    }
  });
}

/** Gives the owner of a folder or file the rights to write to it; fails for a link to one. */
export async function makeWritable(path: string): Promise<Result<void>> {
  return attemptWrite("change the mode of", path, () => {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) throw new Error("it is a symbolic link");
    chmodSync(path, (stat.mode & 0o7777) | (stat.isDirectory() ? 0o700 : 0o600));
  });
}

/** Removes a file or link. Succeeds if it is already gone. */
export async function removeFile(path: string): Promise<Result<void>> {
  return attemptWrite("remove", path, () => rmSync(path, { force: true }));
}

/** Makes or replaces a symbolic link in one step. */
export async function writeLink(path: string, target: string): Promise<Result<void>> {
  return attemptWrite("link", path, () => {
    makeFolders(dirname(path), 0o755);
    return replaceByRename(path, (temporary) => symlinkSync(target, temporary));
  });
}

/** Makes the entries of a folder outlast a power cut. Throws as open(2) and fsync(2) do. */
export function syncFolder(path: string): void {
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Creates or removes an empty file: a mark without content. */
export async function setFlag(path: string, present: boolean): Promise<Result<void>> {
  return attemptWrite(present ? "write" : "remove", path, () => {
    if (!present) return rmSync(path, { force: true });
    makeFolders(dirname(path), 0o700);
    const { O_WRONLY, O_CREAT, O_NOFOLLOW } = constants;
    closeSync(openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600));
  });
}

/** Writes a short note into a folder that is there, without a promise that it outlasts a power cut. */
export async function writeNote(path: string, text: string): Promise<Result<void>> {
  return attemptWrite("write", path, () => {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
    const file = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
  });
}

/** Removes the empty ones of these folders, in this order: innermost first. */
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
 * Replaces a file by a rename. The known libraries write through a link in the file's place, and name the
 * temporary file so nobody can tell a killed writer's leftover from a user's file.
 */
async function replaceByRename(
  path: string,
  make: (temporary: string) => void | Promise<void>,
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await make(temporary);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes a new file. Fails if the path exists, also as a link. Others cannot read the file before its mode is
 * set.
 */
async function writeWhole(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  // Without a turn of the event loop: an empty folder may be removed in the next one.
  const file = openSync(path, "wx", mode & 0o600);
  try {
    await promisify(writeAll)(file, content);
    await promisify(fchmod)(file, mode);
    await promisify(fsync)(file);
  } finally {
    await promisify(close)(file);
  }
}

async function attemptWrite(
  verb: string,
  path: string,
  action: () => void | Promise<void>,
): Promise<Result<void>> {
  try {
    await action();
    return ok(undefined);
  } catch (error) {
    return fail("file-write-failed", `cannot ${verb} ${path}`, {
      detail: errorMessage(error),
      hint: writeHint(error),
    });
  }
}
