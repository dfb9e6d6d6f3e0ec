import type promises from "node:fs/promises";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path/posix";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openFolderWatch, type FolderWatch } from "../../../src/watch/paths/folder-watch.ts";
import { until } from "../../support/rig/until.ts";

/** The number of readings of folders and of looks at their entries. */
const calls = vi.hoisted(() => ({ lstat: 0, stat: 0, readdir: 0 }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof promises>();
  const counted = Object.fromEntries(
    (["lstat", "stat", "readdir"] as const).map((name) => [
      name,
      (...args: readonly unknown[]): unknown => {
        calls[name] += 1;
        return (original[name] as (...rest: readonly unknown[]) => unknown)(...args);
      },
    ]),
  );
  return { ...original, ...counted };
});

const files = 200;

describe("the watch of one folder", () => {
  let root: string;
  let watch: FolderWatch | undefined;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "mosaic-fleet-test-")));
    Object.assign(calls, { lstat: 0, stat: 0, readdir: 0 });
  });
  afterEach(() => {
    watch?.close();
    rmSync(root, { recursive: true });
  });

  /** Watches a folder, and waits until it reports the change of one of its entries. */
  async function sees(folder: string, name: string, change: () => void, usePolling = false): Promise<void> {
    const told: (string | null)[] = [];
    watch = openFolderWatch(folder, {
      usePolling,
      isFile: false,
      matters: () => true,
      onEvent: (_isMove, entry) => void told.push(entry),
      onFailure: () => void told.push("it failed"),
    });
    expect(await watch.opened).toBeUndefined();
    change();
    await until(`${name} is told, and not only ${told.join(", ")}`, async () => {
      // Polling knows an entry only from its first look, which a busy machine may delay.
      if (usePolling) change();
      return told.includes(name);
    });
  }

  function fill(): void {
    for (let number = 0; number < files; number++) writeFileSync(join(root, `${number}.env`), "");
  }

  function save(folder: string, name: string): void {
    writeFileSync(join(folder, "temporary"), "new");
    renameSync(join(folder, "temporary"), join(folder, name));
  }

  it("observes the folder itself and not its entries, at its start and after an event", async () => {
    fill();
    await sees(root, "7.env", () => save(root, "7.env"));
    // chokidar as it is makes 200 calls of lstat at its start, and as many after each event.
    expect(calls).toEqual({ lstat: 1, stat: 0, readdir: 0 });
  });

  it("observes each entry if it polls, which proves that the calls are counted", async () => {
    fill();
    vi.stubEnv("CHOKIDAR_INTERVAL", "40");
    await sees(root, "7.env", () => appendFileSync(join(root, "7.env"), "longer"), true);
    vi.unstubAllEnvs();
    expect(calls.lstat).toBeGreaterThan(files);
  });

  it("watches a folder with a backslash in its name, which chokidar takes as a separator", async () => {
    const folder = join(root, "agent\\x2done");
    mkdirSync(folder);
    await sees(folder, "fleet.yaml", () => save(folder, "fleet.yaml"));
  });
});
