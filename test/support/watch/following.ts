import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path/posix";
import type { Unwatched } from "../../../src/watch/paths/coverage.ts";
import { openPathWatcher, type PathWatcher } from "../../../src/watch/paths/path-watcher.ts";
import type { WatchedPath } from "../../../src/watch/paths/watched-paths.ts";
import { until } from "../rig/until.ts";

/** A follower of paths as in `fleet watch`: after each change it watches again, and then reads. */
export interface Following {
  readonly watcher: PathWatcher;
  /** Watches again and reads without a reported change. */
  look(): Promise<void>;
  /** Returns the paths that could not be watched, as of the last look. */
  unwatched(): readonly Unwatched[];
  /** Waits until it has read this text in the first of the paths. */
  reads(text: string): Promise<void>;
  /** Waits until it reports something about the first of the paths, or about the way to it. */
  isTold(): Promise<void>;
  /** Waits until all events are reported, and returns them as `CAUSE PATH`, without those reported before `drained`. */
  drained(): Promise<readonly string[]>;
  close(): void;
}

/** Starts to follow these paths, and a marker in the folder `root`. */
export async function startFollowing(root: string, interests: readonly WatchedPath[]): Promise<Following> {
  const marker = join(root, "marker");
  const all: readonly WatchedPath[] = [...interests, { path: marker, cause: "drift" }];
  let told: string[] = [];
  let markers = 0;
  let isDue = false;
  let text: string | undefined;
  let unwatched: readonly Unwatched[] = [];

  const watcher = openPathWatcher((cause, path) => {
    if (path === marker) markers += 1;
    else told.push(`${cause} ${relative(root, path)}`);
    if (path === marker || isDue) return;
    isDue = true;
    setImmediate(() => void look());
  });

  let looks = Promise.resolve();
  let isLooking = false;
  function look(): Promise<void> {
    return (looks = looks.then(lookOnce));
  }

  async function lookOnce(): Promise<void> {
    isDue = false;
    if (isClosed) return;
    isLooking = true;
    ({ unwatched } = await watcher.update(all));
    isLooking = false;
    text = textOf(interests[0]?.path ?? "");
  }

  let isClosed = false;
  await look();
  return {
    watcher,
    look,
    unwatched: () => unwatched,
    reads: async (wanted) => void (await until(`it reads ${wanted}`, async () => text === wanted)),
    isTold: async () => void (await until("it is told", async () => told.length > 0 && !isDue && !isLooking)),
    async drained() {
      const before = markers;
      // Events come in their order of time. The event of the marker is lost if the folder is just being watched again.
      await until("the marker is told", async () => {
        if (markers > before && !isDue && !isLooking) return true;
        writeFileSync(marker, "");
        return false;
      });
      return told.splice(0);
    },
    close() {
      isClosed = true;
      watcher.close();
    },
  };
}

/** Returns the text of a file, or undefined if it cannot be read. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
