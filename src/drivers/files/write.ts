import { mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path/posix";
import writeFileAtomic from "write-file-atomic";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";

/**
 * Writes a file whole or not at all: a temporary file beside it, fsync, rename. Makes missing folders, the innermost
 * with `folderMode`.
 */
export async function writeFile(
  path: string,
  content: string,
  mode: number,
  folderMode: number,
): Promise<Result<void>> {
  return attempt("write", path, async () => {
    const folder = dirname(path);
    mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
    mkdirSync(folder, { recursive: true, mode: folderMode });
    await writeFileAtomic(path, content, { mode });
  });
}

/** Removes a file or link. One that is gone already is no error. */
export async function removeFile(path: string): Promise<Result<void>> {
  return attempt("remove", path, () => rmSync(path, { force: true }));
}

/** Makes or replaces a symbolic link in one step. */
export async function writeLink(path: string, target: string): Promise<Result<void>> {
  return attempt("link", path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    const temporary = `${path}.${process.pid}.tmp`;
    rmSync(temporary, { force: true });
    symlinkSync(target, temporary);
    renameSync(temporary, path);
  });
}

/** Makes an empty file, or removes it. For marks whose presence is their whole content. */
export async function setFlag(path: string, present: boolean): Promise<Result<void>> {
  return attempt(present ? "write" : "remove", path, async () => {
    if (present) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      await writeFileAtomic(path, "", { mode: 0o600 });
    } else rmSync(path, { force: true });
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
  EROFS: "the file system is mounted read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
};
