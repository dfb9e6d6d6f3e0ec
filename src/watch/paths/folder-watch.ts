import { FSWatcher } from "chokidar";
import { accessSync, closeSync, constants, openSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { basename, join } from "node:path/posix";

/** A watch of a folder, or of one file, by chokidar. */
export interface FolderWatch {
  /** True if it compares the entries at intervals, because it was asked to or because of CHOKIDAR_USEPOLLING. */
  readonly isPolled: boolean;
  /** The interval of these comparisons, ms. */
  readonly everyMs: number;
  /** Fulfilled when every later change is reported, or with the code of the error that prevents it, as in errno(3). */
  readonly opened: Promise<string | undefined>;
  close(): void;
}

/** The way a folder is watched, and the functions to call. */
export interface FolderListener {
  readonly usePolling: boolean;
  /** True if the path is a file itself. */
  readonly isFile: boolean;
  /** True for relevant names in the folder: polling looks at no other. */
  readonly matters: (name: string) => boolean;
  /**
   * Reports an event of this entry, or of the folder itself if the name is null. `isMove` is true if the entry may be
   * another one than before: it was made, moved or removed.
   */
  readonly onEvent: (isMove: boolean, name: string | null) => void;
  /** Reports that the watch has failed after it was opened. */
  readonly onFailure: () => void;
}

/** The interval of polling a folder, ms, unless CHOKIDAR_INTERVAL says otherwise. */
const pollMs = 1_000;

/**
 * A chokidar watcher without its reading of folders. chokidar calls lstat(2) for each entry of a folder when it begins to
 * watch, and again after each event. Only its own events need these calls, so only polling does: `raw` events come from
 * the kernel. For a folder of 5,000 files the calls cost 290 ms of processor time an event.
 *
 * The method is not part of chokidar's documented interface, so package.json pins the version, and a test counts the
 * calls. Without this override everything is still seen, but more slowly.
 */
class UnreadFolderWatcher extends FSWatcher {
  override _readdirp(...args: Parameters<FSWatcher["_readdirp"]>): ReturnType<FSWatcher["_readdirp"]> {
    // chokidar takes "/" for an entry of itself, finds it missing, and stops watching it.
    return this.options.usePolling && args[0] !== "/" ? super._readdirp(...args) : undefined;
  }
}

/**
 * Watches one folder, or one file, through the `raw` events of chokidar. Its own events lose changes. It keeps names, so
 * it does not see that a folder or a link was replaced. It drops a change of mode, and it drops events that follow
 * another one within 5 to 100 ms.
 */
export function openFolderWatch(path: string, listener: FolderListener): FolderWatch {
  const { usePolling, isFile, matters, onEvent, onFailure } = listener;
  const spelled = spellFor(path);
  const watcher = new UnreadFolderWatcher({
    usePolling,
    interval: pollMs,
    binaryInterval: pollMs,
    depth: 0,
    ignoreInitial: true,
    atomic: false,
    followSymlinks: spelled.isLink,
    ignored: (entry) => entry !== spelled.path && !(isPolled && matters(basename(entry))),
  });
  const { usePolling: isPolled, interval: everyMs } = watcher.options;
  let isReady = false;
  let settleOpening: (code: string | undefined) => void = () => undefined;
  const opened = new Promise<string | undefined>((resolve) => (settleOpening = resolve));

  watcher.once("ready", () => {
    isReady = true;
    settleOpening(undefined);
  });
  watcher.on("error", (error) => {
    settleOpening((error as NodeJS.ErrnoException).code ?? "unknown");
    if (isReady) onFailure();
  });
  if (isPolled && isFile) watcher.on("raw", () => onEvent(true, basename(path)));
  else if (isPolled) tellPolled(watcher, spelled.path, listener, () => isReady);
  else {
    watcher.on("raw", (type, name, details) => {
      // chokidar watches the folder above if the folder is gone.
      const { watchedPath } = details as { readonly watchedPath?: string };
      if (watchedPath === spelled.path) onEvent(type === "rename", isFile ? basename(path) : name);
    });
  }
  const refusal = isPolled ? refusalAt(path) : undefined;
  if (refusal === undefined) watcher.add(spelled.path);
  else settleOpening(refusal);
  return {
    isPolled,
    everyMs,
    opened,
    close() {
      if (watcher.closed) return;
      void watcher.close();
      spelled.release();
      settleOpening(undefined); // chokidar says nothing more
    },
  };
}

/** Reports the changes found by polling a folder: chokidar looks at the folder itself and at each relevant entry. */
function tellPolled(
  watcher: FSWatcher,
  path: string,
  { matters, onEvent }: FolderListener,
  isReady: () => boolean,
): void {
  let links = linksIn(path, matters);
  watcher.on("raw", (_type, name, details) => {
    const { curr, prev } = details as { readonly curr: Stats; readonly prev: Stats };
    const isOther = curr.ino !== prev.ino || curr.dev !== prev.dev;
    if (name !== path) {
      onEvent(isOther, basename(name));
      return;
    }
    // chokidar does not read the root folder, and finds nothing in a folder after it was closed to it.
    if (isOther || curr.mode !== prev.mode || path === "/") onEvent(true, null);
    const before = links;
    links = linksIn(path, matters);
    for (const link of new Set([...before.keys(), ...links.keys()])) {
      if (before.get(link) !== links.get(link)) onEvent(true, link);
    }
  });
  // While it reads for the first time, chokidar reports existing links.
  watcher.on("all", (_event, name) => {
    if (isReady() && name !== path) onEvent(true, basename(name));
  });
}

/**
 * Returns the targets of relevant links. chokidar does not report a dangling link, such as those of systemd for each
 * unit.
 */
function linksIn(path: string, matters: (name: string) => boolean): ReadonlyMap<string, string> {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    const links = entries.filter((entry) => entry.isSymbolicLink() && matters(entry.name));
    return new Map(links.map(({ name }) => [name, targetOfLink(join(path, name))]));
  } catch {
    return new Map();
  }
}

function targetOfLink(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ""; // gone meanwhile
  }
}

/**
 * Returns why a folder cannot be polled, as in errno(3): chokidar finds nothing in an unreadable folder, and does not say
 * so.
 */
function refusalAt(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  }
}

interface Spelled {
  readonly path: string;
  readonly isLink: boolean;
  release(): void;
}

/**
 * Spells a path for chokidar, because chokidar takes each backslash for a separator. An open file has a name without one.
 */
function spellFor(path: string): Spelled {
  if (path.includes("\\")) {
    try {
      const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      return { path: `/proc/self/fd/${file}`, isLink: true, release: () => closeSync(file) };
    } catch {
      // It cannot be watched either, and chokidar says why.
    }
  }
  return { path, isLink: false, release: () => undefined };
}
