import { join } from "node:path/posix";
import type { PollingReason } from "../observe/polling.ts";
import { openFolderWatch, type FolderWatch } from "./folder-watch.ts";
import type { Interest } from "./interests.ts";
import { sharedFileSystem } from "./kernel-reports.ts";
import { foldersOf, inodeOf, type Folder } from "./watched-folders.ts";

/** Watches paths by way of the folders that lead to them. */
export interface PathWatcher {
  /**
   * Watches exactly these from now on, as the folders are now. To miss nothing, await it before each look: later changes
   * are told, and the look sees the earlier ones. Call it again only after it is fulfilled.
   */
  update(interests: readonly Interest[]): Promise<Coverage>;
  close(): void;
}

/** How far changes are seen as they happen. */
export interface Coverage {
  readonly unwatched: readonly Unwatched[];
  readonly polled: readonly Polled[];
  /** ms between two looks at what is polled */
  readonly everyMs: number;
}

/** A folder that cannot be watched. */
export interface Unwatched {
  readonly folder: string;
  /** As in errno(3). */
  readonly code: string;
}

/** A folder whose changes are found by polling. */
export interface Polled {
  readonly folder: string;
  readonly why: PollingReason;
  /** Its file system, if that is why. */
  readonly fileSystem: string | undefined;
}

interface Watched {
  readonly watch: FolderWatch;
  readonly inode: string;
  folder: Folder;
  /** Undefined if the kernel reports its changes. */
  readonly polled: Omit<Polled, "folder"> | undefined;
}

/** How many times it goes through the folders at most until they stay the same. The second time is mostly the last. */
const mostRounds = 10;

/**
 * Opens one watch for each folder above a path, up to the root, and for each folder that links lead through: a watch of a
 * file goes deaf when the file is replaced, and so does a watch of a folder. `onChange` is called for each change that
 * matters, and sometimes for more than that, but not for other files.
 */
export function openPathWatcher(onChange: (cause: Interest["cause"], path: string) => void): PathWatcher {
  const watched = new Map<string, Watched>();
  /** Paths that may be another thing than before: the kernel goes on watching the old one, and what was below it. */
  const moved = new Set<string>();
  let isClosed = false;
  /** The watch that is being opened. */
  let opening: FolderWatch | undefined;
  /** What the kernel had no room for at the last attempt. */
  let usedUp: "no-instances" | "no-watches" | undefined;
  let isFirstPollDue = false;
  let firstPoll: NodeJS.Timeout | undefined;

  function onEvent(path: string, isMove: boolean, name: string | null): void {
    const folder = watched.get(path)?.folder;
    if (folder === undefined) return;
    if (isMove && (name === null || folder.isFile)) moved.add(path);
    else if (isMove && name !== null && folder.names.has(name)) moved.add(join(path, name));
    const cause = name === null ? "drift" : causeIn(folder, name);
    if (cause !== undefined) onChange(cause, folder.isFile ? path : join(path, name ?? ""));
  }

  function open(path: string, folder: Folder, usePolling: boolean): FolderWatch {
    return openFolderWatch(path, {
      usePolling,
      isFile: folder.isFile,
      matters: (name) => causeIn(watched.get(path)?.folder ?? folder, name) !== undefined,
      onEvent: (isMove, name) => onEvent(path, isMove, name),
      onFailure() {
        moved.add(path);
        onChange("drift", path);
      },
    });
  }

  function drop(path: string): void {
    watched.get(path)?.watch.close();
    watched.delete(path);
  }

  /** Opens a watch in the place of the one that is there, if any; or returns the code of what prevents it. */
  async function replace(
    path: string,
    folder: Folder,
    inode: string,
    polled: Watched["polled"],
  ): Promise<string | undefined> {
    opening = open(path, folder, polled !== undefined);
    const { opened, isPolled } = opening;
    const code = await opened;
    if (code !== undefined) opening.close();
    if (code !== undefined || isClosed) return code;
    drop(path);
    // CHOKIDAR_USEPOLLING overrides what was asked for, in both directions.
    const why = isPolled ? (polled ?? { why: "asked", fileSystem: undefined }) : undefined;
    watched.set(path, { watch: opening, inode, folder, polled: why });
    if (isPolled) isFirstPollDue = true;
    return undefined;
  }

  /** Watches by the kernel, or polls if that reports too little or has no room. Returns the code if neither is possible. */
  async function watchFolder(path: string, folder: Folder, inode: string): Promise<string | undefined> {
    const fileSystem = sharedFileSystem(path);
    if (fileSystem !== undefined) {
      const code = await replace(path, folder, inode, { why: "remote", fileSystem });
      if (code === undefined) return undefined;
    }
    if (usedUp === undefined) {
      const code = await replace(path, folder, inode, undefined);
      usedUp = limitIn(code);
      if (usedUp === undefined) return code;
    }
    return replace(path, folder, inode, { why: usedUp, fileSystem: undefined });
  }

  /** Leaves polling as far as the kernel has room again for what it had none for. Polling goes on until then. */
  async function leavePolling(): Promise<void> {
    usedUp = undefined;
    for (const [path, { folder, inode, polled }] of watched) {
      if (polled?.why !== "no-instances" && polled?.why !== "no-watches") continue;
      const code = await replace(path, folder, inode, undefined);
      usedUp = limitIn(code);
      if (code !== undefined) return;
    }
  }

  /** Returns true if a folder is watched that was not before. */
  async function watchOnce(
    wanted: ReadonlyMap<string, Folder>,
  ): Promise<{ readonly unwatched: readonly Unwatched[]; readonly isNew: boolean }> {
    const stale = [...moved];
    moved.clear();
    for (const path of watched.keys()) {
      if (!wanted.has(path) || stale.some((top) => isWithin(path, top))) drop(path);
    }
    const unwatched: Unwatched[] = [];
    let isNew = false;
    // One after the other, from the root on: what happens to a folder before the one above it is watched may be missed.
    for (const [path, folder] of wanted) {
      if (isClosed) break;
      const inode = inodeOf(path);
      const known = watched.get(path);
      if (
        known?.inode === inode &&
        known !== undefined &&
        !(known.watch.isPolled && looksFurther(folder, known.folder))
      ) {
        known.folder = folder;
        continue;
      }
      drop(path);
      if (inode === undefined) continue;
      const code = await watchFolder(path, folder, inode);
      isNew ||= code === undefined;
      // Folders above are often closed to others, such as /home. They are seldom moved.
      const isHarmless = code === "ENOENT" || (code === "EACCES" && folder.isOnTheWay);
      if (code !== undefined && !isHarmless) unwatched.push({ folder: path, code });
    }
    return { unwatched, isNew };
  }

  /** chokidar takes what it finds at its first look for what was there, but the first look may come after a change. */
  function lookAfterFirstPoll(): void {
    const [path, first] = [...watched].find(([, { watch }]) => watch.isPolled) ?? [];
    if (path === undefined || first === undefined || !isFirstPollDue) return;
    isFirstPollDue = false;
    clearTimeout(firstPoll);
    firstPoll = setTimeout(() => onChange("drift", path), 2 * first.watch.everyMs).unref();
  }

  return {
    async update(interests) {
      await leavePolling();
      // Nothing tells of what appears in a folder after it was gone through and before it is watched: go through again.
      let { unwatched, isNew } = await watchOnce(foldersOf(interests));
      for (let round = 1; isNew && round < mostRounds; round++) {
        ({ unwatched, isNew } = await watchOnce(foldersOf(interests)));
      }
      lookAfterFirstPoll();
      const polled = [...watched].flatMap(([folder, each]) =>
        each.polled ? [{ folder, ...each.polled }] : [],
      );
      const everyMs = Math.max(
        0,
        ...[...watched.values()].map(({ watch }) => (watch.isPolled ? watch.everyMs : 0)),
      );
      return { unwatched, polled, everyMs };
    },
    close() {
      isClosed = true;
      clearTimeout(firstPoll);
      opening?.close();
      for (const path of watched.keys()) drop(path);
    },
  };
}

function isWithin(path: string, top: string): boolean {
  return path === top || top === "/" || path.startsWith(`${top}/`);
}

/** The limit of inotify(7) that an error means. libuv has one instance a process: EMFILE comes with the first watch. */
function limitIn(code: string | undefined): "no-instances" | "no-watches" | undefined {
  if (code === "EMFILE") return "no-instances";
  return code === "ENOSPC" ? "no-watches" : undefined;
}

/** True if a name may matter in a folder that did not before: chokidar polls those entries that it found at its last reading. */
function looksFurther(folder: Folder, before: Folder): boolean {
  return (
    folder.others.length !== before.others.length ||
    [...folder.names.keys()].some((name) => !before.names.has(name))
  );
}

function causeIn(folder: Folder, name: string): Interest["cause"] | undefined {
  const causes = [folder.names.get(name), ...folder.others.map((causeOf) => causeOf(name))];
  return causes.includes("edit") ? "edit" : causes.find((cause) => cause !== undefined);
}
