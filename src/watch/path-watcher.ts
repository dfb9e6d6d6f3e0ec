import { watch, type FSWatcher } from "node:fs";
import { join } from "node:path/posix";
import type { Interest } from "./interests.ts";
import { foldersOf, inodeOf, type Folder } from "./watched-folders.ts";

/** Watches paths by way of the folders that lead to them. */
export interface PathWatcher {
  /**
   * Watches for exactly these from now on, as the folders are now. To miss nothing, call it before each look: what
   * changes after it is told, what changed before is seen. Returns the folders that cannot be watched, and why.
   */
  update(interests: readonly Interest[]): readonly Unwatched[];
  close(): void;
}

export interface Unwatched {
  readonly folder: string;
  /** As in errno(3): ENOSPC where the user's inotify watches are used up. */
  readonly code: string;
}

interface Watched {
  readonly watcher: FSWatcher;
  readonly inode: string;
  folder: Folder;
}

/** How often it goes through the folders at most until they stay as they were: the second time they mostly have. */
const mostRounds = 10;

/**
 * A folder's inotify watch tells of every way to save a file in it. One on the file itself goes deaf when that is
 * replaced; so does one on a folder, hence one on each folder above it, up to the root, and on those that links lead
 * through. `onChange` is called for what matters, perhaps more often than something changed, and never for nothing.
 */
export function openPathWatcher(onChange: (cause: Interest["cause"], path: string) => void): PathWatcher {
  const watched = new Map<string, Watched>();
  let isStale = false;

  function onEvent(path: string, type: string, name: string | null): void {
    const folder = watched.get(path)?.folder;
    if (folder === undefined) return;
    // A step on the way that was made, moved or removed may have taken watches below it along.
    if (type === "rename" && (name === null || folder.names.has(name))) isStale = true;
    const cause = name === null ? "drift" : causeIn(folder, name);
    if (cause !== undefined) onChange(cause, folder.isFile ? path : join(path, name ?? ""));
  }

  function open(path: string, folder: Folder, inode: string): string | undefined {
    try {
      const watcher = watch(path, (type, name) => onEvent(path, type, name));
      watcher.on("error", () => {
        isStale = true;
        onChange("drift", path);
      });
      watched.set(path, { watcher, inode, folder });
      return undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? "unknown";
    }
  }

  function drop(path: string): void {
    watched.get(path)?.watcher.close();
    watched.delete(path);
  }

  /** Says whether any folder is watched that was not before. */
  function watchOnce(interests: readonly Interest[]): { unwatched: readonly Unwatched[]; isNew: boolean } {
    const wanted = foldersOf(interests);
    for (const path of watched.keys()) if (isStale || !wanted.has(path)) drop(path);
    isStale = false;
    const unwatched: Unwatched[] = [];
    let isNew = false;
    for (const [path, folder] of wanted) {
      const inode = inodeOf(path);
      const known = watched.get(path);
      if (known !== undefined && known.inode === inode) {
        known.folder = folder;
        continue;
      }
      drop(path);
      const code = inode === undefined ? undefined : open(path, folder, inode);
      isNew ||= inode !== undefined && code === undefined;
      // Folders above are often closed to others, such as /home: what matters is seldom moved there.
      const isHarmless = code === "ENOENT" || (code === "EACCES" && folder.isOnTheWay);
      if (code !== undefined && !isHarmless) unwatched.push({ folder: path, code });
    }
    return { unwatched, isNew };
  }

  return {
    update(interests) {
      // What appears in a folder after it was gone through and before it is watched is told by nothing: go through again.
      let { unwatched, isNew } = watchOnce(interests);
      for (let round = 1; isNew && round < mostRounds; round++) {
        ({ unwatched, isNew } = watchOnce(interests));
      }
      return unwatched;
    },
    close() {
      for (const path of watched.keys()) drop(path);
    },
  };
}

function causeIn(folder: Folder, name: string): Interest["cause"] | undefined {
  const causes = [folder.names.get(name), ...folder.others.map((causeOf) => causeOf(name))];
  return causes.includes("edit") ? "edit" : causes.find((cause) => cause !== undefined);
}
