import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path/posix";
import { afterEach, beforeEach } from "vitest";
import type { WatchedPath } from "../../../src/watch/paths/watched-paths.ts";
import { startFollowing, type Following } from "./following.ts";

/** The first text of each file. */
export const old = "MODEL: old\n";

/** A folder of its own for each test, with the follower of some paths in it. All paths are relative to the folder. */
export interface FollowedFolder {
  readonly root: string;
  /** The follower that `follow` has started. */
  readonly following: Following;
  /** Returns the absolute path. */
  readonly at: (path: string) => string;
  /** Makes a file of some text, by default `old`, with the folders above it. */
  readonly write: (path: string, text?: string) => void;
  /** Follows these paths until the end of the test. */
  readonly follow: (...interests: readonly WatchedPath[]) => Promise<void>;
  /** Returns the interest in a file whose change is an edit. */
  readonly fleetFile: (path: string) => WatchedPath;
  /** Waits until it sees a save, and one after that: a replacement is watched too. */
  readonly seesAlsoTheNext: (path: string, text: string) => Promise<void>;
}

/** Makes such a folder before each test of the surrounding `describe`, and removes it after it. */
export function useFollowedFolder(): FollowedFolder {
  let root = "";
  let current: Following | undefined;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "mosaic-fleet-test-")));
    chmodSync(root, 0o755);
  });
  afterEach(() => {
    current?.close();
    current = undefined;
    rmSync(root, { recursive: true });
  });

  const at = (path: string): string => join(root, path);
  const following = (): Following => {
    if (current === undefined) throw new Error("nothing is followed yet");
    return current;
  };
  return {
    get root() {
      return root;
    },
    get following() {
      return following();
    },
    at,
    write(path, text = old) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
    async follow(...interests) {
      current = await startFollowing(root, interests);
    },
    fleetFile: (path) => ({ path: at(path), cause: "edit" }),
    async seesAlsoTheNext(path, text) {
      await following().reads(text);
      await following().drained();
      writeFileSync(at(path), "MODEL: next\n");
      await following().reads("MODEL: next\n");
    },
  };
}
