import { lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path/posix";

/** Who may do what with a file or folder, links followed. */
export interface Permissions {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  /** The last change of it, or of the names in it, ms since the epoch: nobody can set that back. */
  readonly changedMs: number;
}

/** The permissions of what a path leads to; undefined where there is nothing. Throws where it cannot be looked at. */
export function permissionsOf(path: string): Permissions | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && { uid: stat.uid, gid: stat.gid, mode: stat.mode & 0o7777, changedMs: stat.ctimeMs };
}

/** Where a symbolic link says that it leads; undefined for all else. Throws where it cannot be looked at. */
export function linkTarget(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}

/**
 * The folders through which one gets to a path, outermost first and without the path itself, by its name and, where links
 * are on the way, also by where they lead. Those above `top` are left out, for paths that are in it.
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

/** A path with the links followed of as much of it as exists. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path
      ? path
      : `${realPathOf(parent).replace(/\/$/, "")}/${path.slice(path.lastIndexOf("/") + 1)}`;
  }
}
