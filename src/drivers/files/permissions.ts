import { lstatSync, readlinkSync, statSync } from "node:fs";
import { dirname } from "node:path/posix";
import { realPathOf } from "./real-path.ts";

/** The access rights of a file or folder, links followed. */
export interface Permissions {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  /**
   * Time of the last change of it, or of the names in it, ms since the epoch. The kernel sets it; no program
   * can set it back.
   */
  readonly changedMs: number;
}

/**
 * Returns the permissions of a path, links followed, or undefined if nothing is there. Throws if the path
 * cannot be read.
 */
export function permissionsOf(path: string): Permissions | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && { uid: stat.uid, gid: stat.gid, mode: stat.mode & 0o7777, changedMs: stat.ctimeMs };
}

/**
 * Returns the target of a symbolic link, or undefined for anything else, such as a path below a file. Throws if the
 * path cannot be read.
 */
export function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * Returns the folders on the way to a path, outermost first and without the path itself. If the way leads
 * through links, both their own folders and those of their targets count. Leaves out the folders above `top`,
 * for paths inside it.
 */
export function foldersAbove(path: string, top: string): readonly string[] {
  return [...new Set([...upTo(path, top), ...upTo(realPathOf(path), realPathOf(top))])];
}

function upTo(path: string, top: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === top || folder === dirname(folder)) return folders;
  }
}
