import { describe, expect, it } from "vitest";
import type { PolledFolders } from "../../../src/observed/polling.ts";
import { pollingText } from "../../../src/report/status/polling-text.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const plain = createColors(false);

const line = (group: Partial<PolledFolders>): string | undefined =>
  pollingText(
    { everyMs: 1_000, polled: [{ why: "asked", folders: ["/a"], count: 1, fileSystems: [], ...group }] },
    plain,
  )[0];

describe("The words about polling", () => {
  it("explain EMFILE and ENOSPC, and which limit to raise", () => {
    expect(line({ why: "no-instances", folders: ["/"], count: 20 })).toBe(
      "Note: Changes in 20 folders (/ and below) are found by polling, every 1 s: this user's inotify instances are used up (EMFILE); each program that watches files takes one. Raise the limit: sudo sysctl fs.inotify.max_user_instances=1024. Polling then ends by itself.",
    );
    expect(line({ why: "no-watches" })).toMatch(
      /this user's inotify watches are used up \(ENOSPC\).* sysctl fs\.inotify\.max_user_watches=1048576\./,
    );
  });

  it("name the network file systems, and the variable that requests polling", () => {
    expect(line({ why: "remote", fileSystems: ["FUSE", "NFS"] })).toContain(": on FUSE and NFS, the kernel");
    expect(line({ why: "asked" })).toBe(
      "Note: Changes in /a are found by polling, every 1 s: CHOKIDAR_USEPOLLING asks for it.",
    );
  });

  it("name three folders and the number of the others", () => {
    const folders = ["/a", "/b", "/c", "/d", "/e"];
    expect(line({ folders, count: 5 })).toContain("Changes in 5 folders (/a, /b, /c and 2 more) are");
    expect(line({ folders, count: 9 })).toContain(
      "Changes in 9 folders (/a, /b, /c and 2 more and below) are",
    );
  });
});
