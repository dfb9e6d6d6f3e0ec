import { join } from "node:path/posix";
import type { Coverage, Polled, Unwatched } from "./coverage.ts";
import type { WatchedPath } from "./watched-paths.ts";
import { foldersOf, inodeOf, type Folder } from "./watched-folders.ts";
import { openWatches, type Watched } from "./watches.ts";

/** A watch of paths through the folders leading to them. */
export interface PathWatcher {
  /**
   * Watches exactly these from now on, as the folders are now. To miss nothing, await it before each look: later changes
   * are reported, and the look sees the earlier ones. Call it again only after it is fulfilled.
   */
  update(interests: readonly WatchedPath[]): Promise<Coverage>;
  close(): void;
}

/** The limit of passes through the folders until they stay the same. The second pass is mostly the last. */
const mostRounds = 10;

/**
 * Opens one watch for each folder above a path, up to the root, and for each folder on the way of links. A watch of a
 * file or a folder goes deaf when the file or folder is replaced. `onChange` is called for each relevant change, and
 * sometimes without need, but not for other files.
 */
export function openPathWatcher(onChange: (cause: WatchedPath["cause"], path: string) => void): PathWatcher {
  const watches = openWatches({
    onEvent,
    onFailure,
    matters: (folder, name) => causeIn(folder, name) !== undefined,
  });
  /** Possibly replaced paths: the kernel goes on watching the old file or folder, and everything below it. */
  const moved = new Set<string>();
  let isClosed = false;
  let firstPoll: NodeJS.Timeout | undefined;

  function onEvent(path: string, isMove: boolean, name: string | null): void {
    const folder = watches.get(path)?.folder;
    if (folder === undefined) return;
    if (isMove && (name === null || folder.isFile)) moved.add(path);
    else if (isMove && name !== null && folder.names.has(name)) moved.add(join(path, name));
    const cause = name === null ? "drift" : causeIn(folder, name);
    if (cause !== undefined) onChange(cause, folder.isFile ? path : join(path, name ?? ""));
  }

  function onFailure(path: string): void {
    moved.add(path);
    onChange("drift", path);
  }

  /** Returns true if a new folder is watched. */
  async function watchOnce(
    wanted: ReadonlyMap<string, Folder>,
  ): Promise<{ readonly unwatched: readonly Unwatched[]; readonly isNew: boolean }> {
    const stale = [...moved];
    moved.clear();
    for (const path of watches.paths()) {
      if (!wanted.has(path) || stale.some((top) => isWithin(path, top))) watches.drop(path);
    }
    const unwatched: Unwatched[] = [];
    let isNew = false;
    // One after the other, from the root on: an event in a folder may be missed if the folder above it is not watched yet.
    for (const [path, folder] of wanted) {
      if (isClosed) break;
      const inode = inodeOf(path);
      const known = watches.get(path);
      if (known !== undefined && isUpToDate(known, folder, inode)) {
        known.folder = folder;
        continue;
      }
      watches.drop(path);
      if (inode === undefined) continue;
      const code = await watches.open(path, folder, inode);
      isNew ||= code === undefined;
      // Folders above are often closed to others, such as /home. They are seldom moved.
      const isHarmless = code === "ENOENT" || (code === "EACCES" && folder.isOnTheWay);
      if (code !== undefined && !isHarmless) unwatched.push({ folder: path, code });
    }
    return { unwatched, isNew };
  }

  /**
   * Looks again after the first poll: chokidar takes everything in it for old, but the first poll may come after a
   * change.
   */
  function lookAfterFirstPoll([first]: readonly Polled[], everyMs: number): void {
    if (!watches.hasBegunToPoll() || first === undefined) return;
    clearTimeout(firstPoll);
    firstPoll = setTimeout(() => onChange("drift", first.folder), 2 * everyMs).unref();
  }

  return {
    async update(interests) {
      await watches.leavePolling();
      // New entries of a folder between the pass through it and its watch are not reported: go through again.
      let { unwatched, isNew } = await watchOnce(foldersOf(interests));
      for (let round = 1; isNew && round < mostRounds; round++) {
        ({ unwatched, isNew } = await watchOnce(foldersOf(interests)));
      }
      const all = watches.paths().map((path) => ({ path, ...watches.get(path) }));
      const polled = all.flatMap(({ path, polled: why }) => (why ? [{ folder: path, ...why }] : []));
      const everyMs = Math.max(0, ...all.map(({ watch }) => (watch?.isPolled ? watch.everyMs : 0)));
      lookAfterFirstPoll(polled, everyMs);
      return { unwatched, polled, everyMs };
    },
    close() {
      isClosed = true;
      clearTimeout(firstPoll);
      watches.close();
    },
  };
}

/** Returns false if it was replaced, or if chokidar did not find a relevant name at its last reading to poll it. */
function isUpToDate(
  { inode, watch, folder: before }: Watched,
  folder: Folder,
  found: string | undefined,
): boolean {
  if (inode !== found) return false;
  const looksFurther =
    folder.others.length !== before.others.length ||
    [...folder.names.keys()].some((name) => !before.names.has(name));
  return !(watch.isPolled && looksFurther);
}

function isWithin(path: string, top: string): boolean {
  return path === top || top === "/" || path.startsWith(`${top}/`);
}

function causeIn(folder: Folder, name: string): WatchedPath["cause"] | undefined {
  const causes = [folder.names.get(name), ...folder.others.map((causeOf) => causeOf(name))];
  return causes.includes("edit") ? "edit" : causes.find((cause) => cause !== undefined);
}
