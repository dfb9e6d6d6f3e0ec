import { execFileSync } from "node:child_process";
import type fs from "node:fs";
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { textOf } from "../../support/watch/following.ts";
import { waysToSave } from "../../support/watch/saving.ts";
import { old, useFollowedFolder } from "../../support/watch/use-followed-folder.ts";

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
  const folder = useFollowedFolder();
  const { at, write, follow, fleetFile, seesAlsoTheNext } = folder;

  const ways = waysToSave.map((way) => [way.title, way] as const);
  it.for(ways)("reports when a file is saved %s, and afterwards", async ([, { before = "", script }]) => {
    write("work/fleet.yaml");
    write("elsewhere/new", "MODEL: new\n");
    const run = (each: string): void => {
      execFileSync("bash", ["-ec", each], {
        cwd: at("work"),
        env: { ...process.env, PWD: at("work"), NEW: at("elsewhere/new"), MODEL: "new", HOME: folder.root },
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
    await folder.following.isTold();
    await folder.following.drained();
    write("a/b/c/fleet.yaml");
    await seesAlsoTheNext("a/b/c/fleet.yaml", old);
  });

  it("reports when a folder far above is moved, no later change there, and when it is back", async () => {
    write("a/b/c/fleet.yaml");
    await follow(fleetFile("a/b/c/fleet.yaml"));
    renameSync(at("a"), at("away"));
    await folder.following.isTold();
    await folder.following.drained();
    write("away/b/c/fleet.yaml", "MODEL: new\n");
    expect(await folder.following.drained()).toEqual([]);
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
    meanwhile.act = (path) => {
      if (path !== at("a")) return;
      meanwhile.act = () => undefined;
      wasReached = true;
      write("a/b/fleet.yaml");
    };
    await follow(fleetFile("a/b/fleet.yaml"));
    expect(wasReached).toBe(true);
    write("a/b/fleet.yaml", "MODEL: new\n");
    await folder.following.reads("MODEL: new\n");
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
    expect(await folder.following.drained()).toEqual([]);
  });

  it("reports the relevant names in a folder, and no others", async () => {
    write("units/agent-one");
    await follow({ path: at("units"), cause: "drift", children: (name) => name.startsWith("agent-") });
    write("units/stranger");
    rmSync(at("units/stranger"));
    expect(await folder.following.drained()).toEqual([]);
    rmSync(at("units/agent-one"));
    write("units/agent-two");
    expect(new Set(await folder.following.drained())).toEqual(
      new Set(["drift units/agent-one", "drift units/agent-two"]),
    );
  });

  it("reports an edit if a change is both an edit and drift", async () => {
    write("units/agent.env");
    await follow(fleetFile("units/agent.env"), { path: at("units"), cause: "drift", children: () => true });
    write("units/agent.env", "MODEL: new\n");
    expect(new Set(await folder.following.drained())).toEqual(new Set(["edit units/agent.env"]));
  });

  it("watches nothing any more once it is closed, nor a removed path", async () => {
    write("a/b/fleet.yaml");
    const before = watchCount();
    await follow(fleetFile("a/b/fleet.yaml"));
    const all = watchCount();
    await folder.following.watcher.update([fleetFile("fleet.yaml")]);
    const fewer = watchCount();
    folder.following.close();
    // Two folders and the file.
    expect({ dropped: all - fewer, left: watchCount() - before }).toEqual({ dropped: 3, left: 0 });
  });
});

/** Returns the number of inotify watches of this process. */
function watchCount(): number {
  const texts = readdirSync("/proc/self/fdinfo").map((fd) => textOf(`/proc/self/fdinfo/${fd}`) ?? "");
  return texts.join("").match(/^inotify wd:/gm)?.length ?? 0;
}
