import { join } from "node:path/posix";
import type { Coverage, Polled, Unwatched } from "./coverage.ts";
import type { WatchedPath } from "./watched-paths.ts";
import { foldersOf, inodeOf, type Folder } from "./watched-folders.ts";
import { openWatches, type Watched, type Watches } from "./watches.ts";

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
export function openPathWatcher(onChange: OnPathChange): PathWatcher {
  return new FolderPathWatcher(onChange);
}

type OnPathChange = (cause: WatchedPath["cause"], path: string) => void;

class FolderPathWatcher implements PathWatcher {
  readonly #onChange: OnPathChange;
  readonly #watches: Watches;
  /** Possibly replaced paths: the kernel goes on watching the old file or folder, and everything below it. */
  readonly #moved = new Set<string>();
  #isClosed = false;
  #firstPoll: NodeJS.Timeout | undefined;

  constructor(onChange: OnPathChange) {
    this.#onChange = onChange;
    this.#watches = openWatches({
      onEvent: (path, isMove, name) => this.#takeEvent(path, isMove, name),
      onFailure: (path) => this.#takeFailure(path),
      matters: (folder, name) => causeIn(folder, name) !== undefined,
    });
  }

  async update(interests: readonly WatchedPath[]): Promise<Coverage> {
    await this.#watches.leavePolling();
    // New entries of a folder between the pass through it and its watch are not reported: go through again.
    let { unwatched, isNew } = await this.#watchOnce(foldersOf(interests));
    for (let round = 1; isNew && round < mostRounds; round++) {
      ({ unwatched, isNew } = await this.#watchOnce(foldersOf(interests)));
    }
    const all = this.#watches.paths().map((path) => ({ path, ...this.#watches.get(path) }));
    const polled = all.flatMap(({ path, polled: why }) => (why ? [{ folder: path, ...why }] : []));
    const everyMs = Math.max(0, ...all.map(({ watch }) => (watch?.isPolled ? watch.everyMs : 0)));
    this.#lookAfterFirstPoll(polled, everyMs);
    return { unwatched, polled, everyMs };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#firstPoll);
    this.#watches.close();
  }

  #takeEvent(path: string, isMove: boolean, name: string | null): void {
    const folder = this.#watches.get(path)?.folder;
    if (folder === undefined) return;
    if (isMove && (name === null || folder.isFile)) this.#moved.add(path);
    else if (isMove && name !== null && folder.names.has(name)) this.#moved.add(join(path, name));
    const cause = name === null ? "drift" : causeIn(folder, name);
    if (cause !== undefined) this.#onChange(cause, folder.isFile ? path : join(path, name ?? ""));
  }

  #takeFailure(path: string): void {
    this.#moved.add(path);
    this.#onChange("drift", path);
  }

  async #watchOnce(wanted: ReadonlyMap<string, Folder>): Promise<WatchRound> {
    this.#dropStale(wanted);
    const unwatched: Unwatched[] = [];
    let isNew = false;
    // One after the other, from the root on: an event in a folder may be missed if the folder above it is not watched yet.
    for (const [path, folder] of wanted) {
      if (this.#isClosed) break;
      const opened = await this.#watchFolder(path, folder);
      isNew ||= opened === "new";
      if (opened !== "new" && opened !== "same") unwatched.push(opened);
    }
    return { unwatched, isNew };
  }

  #dropStale(wanted: ReadonlyMap<string, Folder>): void {
    const stale = [...this.#moved];
    this.#moved.clear();
    for (const path of this.#watches.paths()) {
      if (!wanted.has(path) || stale.some((top) => isWithin(path, top))) this.#watches.drop(path);
    }
  }

  /** Watches one folder; `same` if nothing is to be done, also for a folder that nobody can watch and nobody misses. */
  async #watchFolder(path: string, folder: Folder): Promise<"new" | "same" | Unwatched> {
    const inode = inodeOf(path);
    const known = this.#watches.get(path);
    if (known !== undefined && isUpToDate(known, folder, inode)) {
      known.folder = folder;
      return "same";
    }
    this.#watches.drop(path);
    if (inode === undefined) return "same";
    const code = await this.#watches.open(path, folder, inode);
    if (code === undefined) return "new";
    // Folders above are often closed to others, such as /home. They are seldom moved.
    const isHarmless = code === "ENOENT" || (code === "EACCES" && folder.isOnTheWay);
    return isHarmless ? "same" : { folder: path, code };
  }

  /**
   * Looks again after the first poll: chokidar takes everything in it for old, but the first poll may come after a
   * change.
   */
  #lookAfterFirstPoll([first]: readonly Polled[], everyMs: number): void {
    if (!this.#watches.hasBegunToPoll() || first === undefined) return;
    clearTimeout(this.#firstPoll);
    this.#firstPoll = setTimeout(() => this.#onChange("drift", first.folder), 2 * everyMs).unref();
  }
}

/** The result of one pass through the folders. */
interface WatchRound {
  readonly unwatched: readonly Unwatched[];
  /** True if a new folder is watched. */
  readonly isNew: boolean;
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
