import { execFileSync } from "node:child_process";
import type fs from "node:fs";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path/posix";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WatchedPath } from "../../../src/watch/paths/watched-paths.ts";
import type { Unwatched } from "../../../src/watch/paths/coverage.ts";
import { openPathWatcher, type PathWatcher } from "../../../src/watch/paths/path-watcher.ts";
import { until } from "../../support/rig/until.ts";
import { waysToSave } from "../../support/watch/saving.ts";

const old = "MODEL: old\n";

/** Called with the path of each folder just before it is watched. */
const meanwhile = vi.hoisted(() => ({ act: (_folder: string): void => undefined }));
vi.mock("node:fs", async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  const watch = (path: string, options: fs.WatchOptions, onEvent: fs.WatchListener<string>): fs.FSWatcher => {
    meanwhile.act(path);
    return original.watch(path, options, onEvent);
  };
  return { ...original, watch };
});

describe("the watch of paths", () => {
  let root: string;
  let following: Following;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "mosaic-fleet-test-")));
    chmodSync(root, 0o755);
  });
  afterEach(() => {
    following.close();
    rmSync(root, { recursive: true });
  });

  const at = (path: string): string => join(root, path);

  /** Makes a file of some text, with the folders above it. */
  function write(path: string, text = old): void {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  }

  async function follow(...interests: readonly WatchedPath[]): Promise<void> {
    following = await startFollowing(root, interests);
  }

  const fleetFile = (path: string): WatchedPath => ({ path: at(path), cause: "edit" });

  /** Waits until it sees a save, and one after that: a replacement is watched too. */
  async function seesAlsoTheNext(path: string, text: string): Promise<void> {
    await following.reads(text);
    await following.drained();
    writeFileSync(at(path), "MODEL: next\n");
    await following.reads("MODEL: next\n");
  }

  const ways = waysToSave.map((way) => [way.title, way] as const);
  it.for(ways)("reports when a file is saved %s, and afterwards", async ([, { before = "", script }]) => {
    write("work/fleet.yaml");
    write("elsewhere/new", "MODEL: new\n");
    const run = (each: string): void => {
      execFileSync("bash", ["-ec", each], {
        cwd: at("work"),
        env: { ...process.env, PWD: at("work"), NEW: at("elsewhere/new"), MODEL: "new", HOME: root },
      });
    };
    run(before);
    await follow(fleetFile("work/fleet.yaml"));
    run(script);
    await seesAlsoTheNext("work/fleet.yaml", "MODEL: new\n");
  });

  it("reports when a file appears in folders that were missing, and its later changes", async () => {
    await follow(fleetFile("a/b/c/fleet.yaml"));
    mkdirSync(at("a"));
    await following.isTold();
    await following.drained();
    write("a/b/c/fleet.yaml");
    await seesAlsoTheNext("a/b/c/fleet.yaml", old);
  });

  it("reports when a folder far above is moved, no later change there, and when it is back", async () => {
    write("a/b/c/fleet.yaml");
    await follow(fleetFile("a/b/c/fleet.yaml"));
    renameSync(at("a"), at("away"));
    await following.isTold();
    await following.drained();
    write("away/b/c/fleet.yaml", "MODEL: new\n");
    expect(await following.drained()).toEqual([]);
    renameSync(at("away"), at("a"));
    await seesAlsoTheNext("a/b/c/fleet.yaml", "MODEL: new\n");
  });

  it("reports when a folder exists again after it was deleted, also with the same inode", async () => {
    write("a/b/fleet.yaml");
    await follow(fleetFile("a/b/fleet.yaml"));
    rmSync(at("a/b"), { recursive: true });
    write("a/b/fleet.yaml", "MODEL: new\n");
    await seesAlsoTheNext("a/b/fleet.yaml", "MODEL: new\n");
  });

  it("misses nothing that appears while it goes through the folders to watch them", async () => {
    mkdirSync(at("a"));
    let wasReached = false;
    meanwhile.act = (folder) => {
      if (folder !== at("a")) return;
      meanwhile.act = () => undefined;
      wasReached = true;
      write("a/b/fleet.yaml");
    };
    await follow(fleetFile("a/b/fleet.yaml"));
    expect(wasReached).toBe(true);
    write("a/b/fleet.yaml", "MODEL: new\n");
    await following.reads("MODEL: new\n");
  });

  it("reports when a broken link gets a target", async () => {
    symlinkSync("target/fleet.yaml", at("fleet.yaml"));
    await follow(fleetFile("fleet.yaml"));
    write("target/fleet.yaml");
    await seesAlsoTheNext("fleet.yaml", old);
  });

  it("tolerates circular links, and reports when they are fixed", async () => {
    symlinkSync("two", at("one"));
    symlinkSync("one", at("two"));
    await follow(fleetFile("one/fleet.yaml"));
    write("three/fleet.yaml");
    symlinkSync("three", at("temporary"));
    renameSync(at("temporary"), at("two"));
    await seesAlsoTheNext("one/fleet.yaml", old);
  });

  it("does not report other files next to the file, nor in folders next to its own", async () => {
    write("work/fleet.yaml");
    write("work/below/file");
    await follow(fleetFile("work/fleet.yaml"));
    for (const path of ["work/fleet.yaml~", "work/other", "beside/fleet.yaml", "work/below/fleet.yaml"]) {
      write(path);
      chmodSync(at(path), 0o600);
      renameSync(at(path), at(`${path}.renamed`));
      rmSync(at(`${path}.renamed`));
    }
    expect(await following.drained()).toEqual([]);
  });

  it("reports the relevant names in a folder, and no others", async () => {
    write("units/agent-one");
    await follow({ path: at("units"), cause: "drift", children: (name) => name.startsWith("agent-") });
    write("units/stranger");
    rmSync(at("units/stranger"));
    expect(await following.drained()).toEqual([]);
    rmSync(at("units/agent-one"));
    write("units/agent-two");
    expect(new Set(await following.drained())).toEqual(
      new Set(["drift units/agent-one", "drift units/agent-two"]),
    );
  });

  it("reports an edit if a change is both an edit and drift", async () => {
    write("units/agent.env");
    await follow(fleetFile("units/agent.env"), { path: at("units"), cause: "drift", children: () => true });
    write("units/agent.env", "MODEL: new\n");
    expect(new Set(await following.drained())).toEqual(new Set(["edit units/agent.env"]));
  });

  it("names a folder that it may not read, and reports when it may", async () => {
    write("closed/fleet.yaml");
    chmodSync(at("closed"), 0o311);
    await asStranger(() => follow(fleetFile("closed/fleet.yaml")));
    expect(following.unwatched()).toEqual([{ folder: at("closed"), code: "EACCES" }]);
    chmodSync(at("closed"), 0o755);
    await following.isTold();
    await following.drained();
    expect(following.unwatched()).toEqual([]);
    write("closed/fleet.yaml", "MODEL: new\n");
    await seesAlsoTheNext("closed/fleet.yaml", "MODEL: new\n");
  });

  it("works without the folders above that it may not read", async () => {
    write("home/me/fleet.yaml");
    chmodSync(at("home"), 0o311);
    await asStranger(() => follow(fleetFile("home/me/fleet.yaml")));
    expect(following.unwatched()).toEqual([]);
    write("home/me/fleet.yaml", "MODEL: new\n");
    await seesAlsoTheNext("home/me/fleet.yaml", "MODEL: new\n");
  });

  it("watches the current folder from the next look on, also if no event has reported that it is another", async () => {
    write("home/me/fleet.yaml");
    write("home/other/fleet.yaml", "MODEL: new\n");
    chmodSync(at("home"), 0o311);
    await asStranger(() => follow(fleetFile("home/me/fleet.yaml")));
    renameSync(at("home/me"), at("home/away"));
    renameSync(at("home/other"), at("home/me"));
    await following.look();
    await seesAlsoTheNext("home/me/fleet.yaml", "MODEL: new\n");
  });

  it("watches nothing any more once it is closed, nor a removed path", async () => {
    write("a/b/fleet.yaml");
    const before = watchCount();
    await follow(fleetFile("a/b/fleet.yaml"));
    const all = watchCount();
    await following.watcher.update([fleetFile("fleet.yaml")]);
    const fewer = watchCount();
    following.close();
    // Two folders and the file.
    expect({ dropped: all - fewer, left: watchCount() - before }).toEqual({ dropped: 3, left: 0 });
  });
});

/** A follower of paths as in `fleet watch`: after each change it watches again, and then reads. */
interface Following {
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

async function startFollowing(root: string, interests: readonly WatchedPath[]): Promise<Following> {
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

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Does something as an account without files, if this one may read everything. */
async function asStranger(act: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

/** Returns the number of inotify watches of this process. */
function watchCount(): number {
  const texts = readdirSync("/proc/self/fdinfo").map((fd) => textOf(`/proc/self/fdinfo/${fd}`) ?? "");
  return texts.join("").match(/^inotify wd:/gm)?.length ?? 0;
}
