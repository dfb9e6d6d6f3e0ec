import type { PollingReason } from "../../observed/polling.ts";
import { openFolderWatch, type FolderWatch } from "./folder-watch.ts";
import { sharedFileSystem } from "./kernel-reports.ts";
import type { Folder } from "./watched-folders.ts";

/** The open watches, at most one for each path: two chokidar watches of one path share a watch of the kernel. */
export interface Watches {
  readonly paths: () => readonly string[];
  readonly get: (path: string) => Watched | undefined;
  /**
   * Watches a path by the kernel, or polls it if the kernel reports too little or has no room. It replaces an existing
   * watch of the path. Returns the code of the error if neither is possible, as in errno(3).
   */
  readonly open: (path: string, folder: Folder, inode: string) => Promise<string | undefined>;
  /** Stops polling as far as the kernel has room again. Polling goes on until then. */
  readonly leavePolling: () => Promise<void>;
  readonly drop: (path: string) => void;
  /** True once if polling of something has begun. */
  readonly hasBegunToPoll: () => boolean;
  readonly close: () => void;
}

/** A watched path. */
export interface Watched {
  readonly watch: FolderWatch;
  readonly inode: string;
  /** The folder as it matters now. */
  folder: Folder;
  /** The reason for polling; undefined if the kernel reports its changes. */
  readonly polled: PollingCause | undefined;
}

interface PollingCause {
  readonly why: PollingReason;
  /** Its file system, if this is the reason. */
  readonly fileSystem: string | undefined;
}

/** The receiver of events, as a FolderListener is. */
export interface WatchesListener {
  readonly onEvent: (path: string, isMove: boolean, name: string | null) => void;
  readonly onFailure: (path: string) => void;
  readonly matters: (folder: Folder, name: string) => boolean;
}

/** Returns an empty set of watches. */
export function openWatches({ onEvent, onFailure, matters }: WatchesListener): Watches {
  const watched = new Map<string, Watched>();
  let opening: FolderWatch | undefined;
  let isClosed = false;
  /** The limit met by the last attempt. */
  let usedUp: "no-instances" | "no-watches" | undefined;
  let isFirstPollDue = false;

  function drop(path: string): void {
    watched.get(path)?.watch.close();
    watched.delete(path);
  }

  async function replaceWatch(
    path: string,
    folder: Folder,
    inode: string,
    polled: PollingCause | undefined,
  ): Promise<string | undefined> {
    const watch = openFolderWatch(path, {
      usePolling: polled !== undefined,
      isFile: folder.isFile,
      matters: (name) => matters(watched.get(path)?.folder ?? folder, name),
      onEvent: (isMove, name) => onEvent(path, isMove, name),
      onFailure: () => onFailure(path),
    });
    opening = watch;
    const code = await watch.opened;
    if (code !== undefined) watch.close();
    if (code !== undefined || isClosed) return code;
    drop(path);
    // CHOKIDAR_USEPOLLING overrides the request, in both directions.
    const why = watch.isPolled ? (polled ?? { why: "asked", fileSystem: undefined }) : undefined;
    watched.set(path, { watch, inode, folder, polled: why });
    if (watch.isPolled) isFirstPollDue = true;
    return undefined;
  }

  return {
    paths: () => [...watched.keys()],
    get: (path) => watched.get(path),
    drop,
    async open(path, folder, inode) {
      const fileSystem = sharedFileSystem(path);
      if (fileSystem !== undefined) {
        const code = await replaceWatch(path, folder, inode, { why: "remote", fileSystem });
        if (code === undefined) return undefined;
      }
      if (usedUp === undefined) {
        const code = await replaceWatch(path, folder, inode, undefined);
        usedUp = limitInMessage(code);
        if (usedUp === undefined) return code;
      }
      return replaceWatch(path, folder, inode, { why: usedUp, fileSystem: undefined });
    },
    async leavePolling() {
      usedUp = undefined;
      for (const [path, { folder, inode, polled }] of watched) {
        if (polled?.why !== "no-instances" && polled?.why !== "no-watches") continue;
        const code = await replaceWatch(path, folder, inode, undefined);
        usedUp = limitInMessage(code);
        if (code !== undefined) return;
      }
    },
    hasBegunToPoll() {
      const isDue = isFirstPollDue;
      isFirstPollDue = false;
      return isDue;
    },
    close() {
      isClosed = true;
      opening?.close();
      for (const path of watched.keys()) drop(path);
    },
  };
}

/**
 * Returns the limit of inotify(7) meant by an error. libuv has one instance a process: EMFILE comes with the first watch.
 */
function limitInMessage(code: string | undefined): "no-instances" | "no-watches" | undefined {
  if (code === "EMFILE") return "no-instances";
  return code === "ENOSPC" ? "no-watches" : undefined;
}
