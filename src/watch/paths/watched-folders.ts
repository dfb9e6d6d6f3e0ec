import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path/posix";
import type { WatchedPath } from "./watched-paths.ts";

type CauseOf = (name: string) => WatchedPath["cause"] | undefined;

/** A folder to be watched, or a file itself. */
export interface Folder {
  /** Entries that are a step on the way to a path, or the path itself. */
  readonly names: Map<string, WatchedPath["cause"]>;
  readonly others: CauseOf[];
  /** True if the folder only leads to other folders of interest. */
  isOnTheWay: boolean;
  /** True if it is not a folder, but the file itself. */
  readonly isFile: boolean;
}

/** As many links as the kernel follows. */
const mostLinks = 40;

/** Returns the real folders of all relevant paths, including paths that do not exist yet. */
export function foldersOf(interests: readonly WatchedPath[]): ReadonlyMap<string, Folder> {
  const folders = new Map<string, Folder>();
  const folderAt = (path: string): Folder => {
    const folder = folders.get(path) ?? { names: new Map(), others: [], isOnTheWay: true, isFile: false };
    folders.set(path, folder);
    return folder;
  };
  const watchFile = (path: string, cause: WatchedPath["cause"]): void => {
    const names = new Map([[basename(path), cause]]);
    folders.set(path, { names, others: [], isOnTheWay: false, isFile: true });
  };
  for (const { path, cause, children } of interests) {
    const end = followLinks(path, (folder, name) => {
      const { names } = folderAt(folder);
      if (names.get(name) !== "edit") names.set(name, cause);
    });
    if (end === undefined) continue;
    if (children === undefined) {
      folderAt(dirname(end)).isOnTheWay = false;
      // Only a watch of the file itself reports writes through another hard link to it, or into a mount of this one file.
      if (cause === "edit" && followedKind(end) === "file") watchFile(end, cause);
    } else if (followedKind(end) === "folder") {
      const folder = folderAt(end);
      folder.isOnTheWay = false;
      folder.others.push((name) => (children(name) ? cause : undefined));
    }
  }
  return folders;
}

/**
 * Follows a path through its links, and reports each step as a real folder and the entry in it. Returns the real path, or
 * undefined if a step is missing: then it may appear at the last step reported.
 */
function followLinks(path: string, onStep: (folder: string, name: string) => void): string | undefined {
  let folder = "/";
  let links = 0;
  const steps = path.split("/").filter(Boolean);
  for (let name = steps.shift(); name !== undefined; name = steps.shift()) {
    if (name === "." || name === "..") {
      folder = resolve(folder, name);
      continue;
    }
    onStep(folder, name);
    const next = join(folder, name);
    const found = linkAt(next);
    if (found === undefined || links > mostLinks) return undefined;
    if (found.linkTo === undefined) folder = next;
    else {
      links += 1;
      if (found.linkTo.startsWith("/")) folder = "/";
      steps.unshift(...found.linkTo.split("/").filter(Boolean));
    }
  }
  return folder;
}

/** Returns undefined if the path is missing, or cannot be reached. */
function linkAt(path: string): { readonly linkTo: string | undefined } | undefined {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat && { linkTo: stat.isSymbolicLink() ? readlinkSync(path) : undefined };
  } catch {
    return undefined;
  }
}

function followedKind(path: string): "folder" | "file" | undefined {
  const stat = statIfPresent(path);
  return stat?.isDirectory() ? "folder" : stat?.isFile() ? "file" : undefined;
}

/**
 * Returns the identity of a path, which a replacement does not share as long as both exist; undefined if the path cannot
 * be watched.
 */
export function inodeOf(path: string): string | undefined {
  const stat = statIfPresent(path);
  return stat?.isDirectory() || stat?.isFile() ? `${stat.dev}:${stat.ino}` : undefined;
}

function statIfPresent(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
