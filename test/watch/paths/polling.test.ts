import type fs from "node:fs";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path/posix";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WatchedPath } from "../../../src/watch/paths/watched-paths.ts";
import type { Coverage } from "../../../src/watch/paths/coverage.ts";
import { openPathWatcher, type PathWatcher } from "../../../src/watch/paths/path-watcher.ts";
import { until } from "../../support/rig/until.ts";

/** The state of the kernel: inotify(7) refuses a watch with this code, except for so many. */
const kernel = vi.hoisted(() => ({ refusal: undefined as string | undefined, room: 0, fileSystem: 0 }));
vi.mock("node:fs", async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  const watch = (...args: [string, fs.WatchOptions, fs.WatchListener<string>]): fs.FSWatcher => {
    if (kernel.refusal !== undefined && kernel.room-- <= 0) {
      throw Object.assign(new Error(kernel.refusal), { code: kernel.refusal });
    }
    return original.watch(...args);
  };
  const statfsSync = (path: string): { readonly type: number } => {
    const { type } = original.statfsSync(path);
    return { type: kernel.fileSystem === 0 ? type : kernel.fileSystem };
  };
  return { ...original, watch, statfsSync };
});

describe("Without events from the kernel, the watch of paths", () => {
  let root: string;
  let watcher: PathWatcher;
  let told: string[];
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "mosaic-fleet-test-")));
    told = [];
    vi.stubEnv("CHOKIDAR_INTERVAL", "40");
    watcher = openPathWatcher((cause, path) => void told.push(`${cause} ${path.replace(`${root}/`, "")}`));
  });
  afterEach(() => {
    watcher.close();
    vi.unstubAllEnvs();
    Object.assign(kernel, { refusal: undefined, room: 0, fileSystem: 0 });
    rmSync(root, { recursive: true });
  });

  const at = (path: string): string => join(root, path);
  const edited = (path: string): WatchedPath => ({ path: at(path), cause: "edit" });

  function write(path: string, text = "MODEL: old\n"): void {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  }

  /** Watches, and waits until it has reported the results of the first poll. */
  async function follow(...interests: readonly WatchedPath[]): Promise<Coverage> {
    const coverage = await watcher.update(interests);
    if (coverage.polled.length > 0) await until("the first poll is told", async () => told.length > 0);
    told = [];
    return coverage;
  }

  async function isTold(event: string): Promise<void> {
    await until(`${event} is told, and not only ${told.join(", ")}`, async () => told.includes(event));
  }

  const changes: readonly (readonly [string, () => void])[] = [
    ["in place", () => writeFileSync(at("top/one/fleet.yaml"), "MODEL: next\n")],
    ["with another mode", () => chmodSync(at("top/one/fleet.yaml"), 0o640)],
    [
      "next to it and renamed",
      () => {
        write("top/one/temporary", "MODEL: new\n");
        renameSync(at("top/one/temporary"), at("top/one/fleet.yaml"));
      },
    ],
  ];
  it.for(changes)("detects by polling that a file is saved %s", async ([, change]) => {
    vi.stubEnv("CHOKIDAR_USEPOLLING", "1");
    write("top/one/fleet.yaml");
    expect((await follow(edited("top/one/fleet.yaml"))).polled[0]).toMatchObject({
      folder: "/",
      why: "asked",
    });
    change();
    await isTold("edit top/one/fleet.yaml");
  });

  it("detects by polling that a file appears in folders that were missing, and that a folder is another", async () => {
    vi.stubEnv("CHOKIDAR_USEPOLLING", "1");
    await follow(edited("top/one/fleet.yaml"));
    write("top/one/fleet.yaml");
    await isTold("edit top");
    await follow(edited("top/one/fleet.yaml"));
    write("other/one/fleet.yaml", "MODEL: new\n");
    renameSync(at("top"), at("away"));
    renameSync(at("other"), at("top"));
    await until("it is told", async () => told.length > 0);
    await follow(edited("top/one/fleet.yaml"));
    writeFileSync(at("top/one/fleet.yaml"), "MODEL: next\n");
    await isTold("edit top/one/fleet.yaml");
  });

  it("detects by polling that a broken link is replaced, as systemd does at each start of a unit", async () => {
    vi.stubEnv("CHOKIDAR_USEPOLLING", "1");
    mkdirSync(at("units"));
    symlinkSync("first", at("units/invocation:agent"));
    await follow({ path: at("units"), cause: "drift", children: (name) => name.startsWith("invocation:") });
    rmSync(at("units/invocation:agent"));
    symlinkSync("second", at("units/invocation:agent"));
    await isTold("drift units/invocation:agent");
  });

  it("detects a name that did not matter when polling of its folder began", async () => {
    vi.stubEnv("CHOKIDAR_USEPOLLING", "1");
    write("fleet.yaml");
    write("key.env");
    await follow(edited("fleet.yaml"));
    await follow(edited("fleet.yaml"), edited("key.env"));
    writeFileSync(at("key.env"), "MODEL: next\n");
    await isTold("edit key.env");
  });

  it("detects each change of the root folder itself", async (context) => {
    if (process.getuid?.() !== 0) return context.skip("only root may write there");
    vi.stubEnv("CHOKIDAR_USEPOLLING", "1");
    const folders = ["1", "2", "3", "4"].map((name) => `/mosaic-fleet-test-${process.pid}-${name}`);
    const interests: readonly WatchedPath[] = folders.map((path) => ({ path, cause: "edit" }));
    try {
      await follow(...interests);
      for (const folder of folders) {
        told = [];
        mkdirSync(folder);
        await isTold("drift /");
      }
    } finally {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    }
  });

  it.for([
    ["EMFILE", "no-instances"],
    ["ENOSPC", "no-watches"],
  ] as const)("polls after %s, and stops that folder by folder when there is room", async ([code, why]) => {
    kernel.refusal = code;
    write("fleet.yaml");
    const first = await follow(edited("fleet.yaml"));
    expect(first.unwatched).toEqual([]);
    expect(new Set(first.polled.map((each) => each.why))).toEqual(new Set([why]));
    writeFileSync(at("fleet.yaml"), "MODEL: next\n");
    await isTold("edit fleet.yaml");
    kernel.room = 1;
    const { polled } = await watcher.update([edited("fleet.yaml")]);
    expect(polled).toHaveLength(first.polled.length - 1);
    kernel.refusal = undefined;
    expect((await watcher.update([edited("fleet.yaml")])).polled).toEqual([]);
    told = [];
    writeFileSync(at("fleet.yaml"), "MODEL: last\n");
    await isTold("edit fleet.yaml");
  });

  it.for([
    [0x6969, "NFS"],
    [0xff534d42, "CIFS"],
    [0xfe534d42, "SMB"],
    [0x01021997, "9p"],
    [0x65735546, "FUSE"],
  ] as const)("polls a file system of type %i, and reports that it is %s", async ([type, fileSystem]) => {
    kernel.fileSystem = type;
    write("fleet.yaml");
    const { polled } = await follow(edited("fleet.yaml"));
    expect(polled).toContainEqual({ folder: root, why: "remote", fileSystem });
    writeFileSync(at("fleet.yaml"), "MODEL: next\n");
    await isTold("edit fleet.yaml");
  });

  it("reports for a folder that it can neither watch nor poll what prevents that", async () => {
    vi.stubEnv("CHOKIDAR_USEPOLLING", "0");
    kernel.refusal = "EMFILE";
    write("fleet.yaml");
    const { unwatched, polled } = await follow(edited("fleet.yaml"));
    expect(polled).toEqual([]);
    expect(unwatched).toContainEqual({ folder: root, code: "EMFILE" });
  });

  it("needs no more time to end while it opens a watch", async () => {
    write("fleet.yaml");
    const updated = watcher.update([edited("fleet.yaml")]);
    watcher.close();
    await updated;
    expect(existsSync(at("fleet.yaml"))).toBe(true);
    writeFileSync(at("fleet.yaml"), readFileSync(at("fleet.yaml")));
    expect(told).toEqual([]);
  });
});
