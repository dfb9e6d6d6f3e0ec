import type { PollingReason } from "../../observed/polling.ts";
import { openFolderWatch, type FolderWatch } from "./folder-watch.ts";
import { sharedFileSystem } from "./shared-file-system.ts";
import type { Folder } from "./watched-folders.ts";

/** The open watches, at most one for each path: two chokidar watches of one path share a watch of the kernel. */
export interface Watches {
  paths(): readonly string[];
  get(path: string): Watched | undefined;
  /**
   * Watches a path by the kernel, or polls it if the kernel reports too little or has no room. It replaces an existing
   * watch of the path. Returns the code of the error if neither is possible, as in errno(3).
   */
  open(path: string, folder: Folder, inode: string): Promise<string | undefined>;
  /** Stops polling as far as the kernel has room again. Polling goes on until then. */
  leavePolling(): Promise<void>;
  drop(path: string): void;
  /** True once if polling of something has begun. */
  hasBegunToPoll(): boolean;
  close(): void;
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
export function openWatches(listener: WatchesListener): Watches {
  return new FolderWatches(listener);
}

class FolderWatches implements Watches {
  readonly #listener: WatchesListener;
  readonly #watched = new Map<string, Watched>();
  #opening: FolderWatch | undefined;
  #isClosed = false;
  /** The limit met by the last attempt. */
  #usedUp: "no-instances" | "no-watches" | undefined;
  #isFirstPollDue = false;

  constructor(listener: WatchesListener) {
    this.#listener = listener;
  }

  paths(): readonly string[] {
    return [...this.#watched.keys()];
  }

  get(path: string): Watched | undefined {
    return this.#watched.get(path);
  }

  async open(path: string, folder: Folder, inode: string): Promise<string | undefined> {
    const fileSystem = sharedFileSystem(path);
    if (fileSystem !== undefined) {
      const code = await this.#replace(path, folder, inode, { why: "remote", fileSystem });
      if (code === undefined) return undefined;
    }
    if (this.#usedUp === undefined) {
      const code = await this.#replace(path, folder, inode, undefined);
      this.#usedUp = limitInMessage(code);
      if (this.#usedUp === undefined) return code;
    }
    return this.#replace(path, folder, inode, { why: this.#usedUp, fileSystem: undefined });
  }

  async leavePolling(): Promise<void> {
    this.#usedUp = undefined;
    for (const [path, { folder, inode, polled }] of this.#watched) {
      if (polled?.why !== "no-instances" && polled?.why !== "no-watches") continue;
      const code = await this.#replace(path, folder, inode, undefined);
      this.#usedUp = limitInMessage(code);
      if (code !== undefined) return;
    }
  }

  drop(path: string): void {
    this.#watched.get(path)?.watch.close();
    this.#watched.delete(path);
  }

  hasBegunToPoll(): boolean {
    const isDue = this.#isFirstPollDue;
    this.#isFirstPollDue = false;
    return isDue;
  }

  close(): void {
    this.#isClosed = true;
    this.#opening?.close();
    for (const path of this.#watched.keys()) this.drop(path);
  }

  async #replace(
    path: string,
    folder: Folder,
    inode: string,
    polled: PollingCause | undefined,
  ): Promise<string | undefined> {
    const { matters, onEvent, onFailure } = this.#listener;
    const watch = openFolderWatch(path, {
      usePolling: polled !== undefined,
      isFile: folder.isFile,
      matters: (name) => matters(this.get(path)?.folder ?? folder, name),
      onEvent: (isMove, name) => onEvent(path, isMove, name),
      onFailure: () => onFailure(path),
    });
    this.#opening = watch;
    const code = await watch.opened;
    if (code !== undefined) watch.close();
    if (code !== undefined || this.#isClosed) return code;
    this.drop(path);
    // CHOKIDAR_USEPOLLING overrides the request, in both directions.
    const why = watch.isPolled ? (polled ?? { why: "asked", fileSystem: undefined }) : undefined;
    this.#watched.set(path, { watch, inode, folder, polled: why });
    if (watch.isPolled) this.#isFirstPollDue = true;
    return undefined;
  }
}

/**
 * Returns the limit of inotify(7) meant by an error. libuv has one instance a process: EMFILE comes with the first watch.
 */
function limitInMessage(code: string | undefined): "no-instances" | "no-watches" | undefined {
  if (code === "EMFILE") return "no-instances";
  return code === "ENOSPC" ? "no-watches" : undefined;
}
