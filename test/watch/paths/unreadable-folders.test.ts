import { chmodSync, renameSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useFollowedFolder } from "../../support/watch/use-followed-folder.ts";

describe("the watch of paths below folders that may not be read", () => {
  const folder = useFollowedFolder();
  const { at, write, follow, fleetFile, seesAlsoTheNext } = folder;

  it("names a folder that it may not read, and reports when it may", async () => {
    write("closed/fleet.yaml");
    chmodSync(at("closed"), 0o311);
    await asStranger(() => follow(fleetFile("closed/fleet.yaml")));
    expect(folder.following.unwatched()).toEqual([{ folder: at("closed"), code: "EACCES" }]);
    chmodSync(at("closed"), 0o755);
    await folder.following.isTold();
    await folder.following.drained();
    expect(folder.following.unwatched()).toEqual([]);
    write("closed/fleet.yaml", "MODEL: new\n");
    await seesAlsoTheNext("closed/fleet.yaml", "MODEL: new\n");
  });

  it("works without the folders above that it may not read", async () => {
    write("home/me/fleet.yaml");
    chmodSync(at("home"), 0o311);
    await asStranger(() => follow(fleetFile("home/me/fleet.yaml")));
    expect(folder.following.unwatched()).toEqual([]);
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
    await folder.following.look();
    await seesAlsoTheNext("home/me/fleet.yaml", "MODEL: new\n");
  });
});

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
