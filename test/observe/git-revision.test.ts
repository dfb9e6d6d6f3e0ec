import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { gitRevision } from "../../src/observe/files/git-revision.ts";

const [one, two, three] = ["1", "2", "3"].map((digit) => digit.repeat(40)) as [string, string, string];

describe("the Git commit around a file", () => {
  const root = mkdtempSync(join(tmpdir(), "git-revision-"));
  afterAll(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const revision = (path: string): string | undefined => gitRevision(join(root, path));

  it("is that of its branch, also a packed one, or of a detached HEAD", () => {
    write("repo/.git/HEAD", "ref: refs/heads/main\n");
    write("repo/.git/packed-refs", `# pack-refs with: peeled\n${two} refs/heads/main\n^${three}\n`);
    expect(revision("repo/deep/er/fleet.yaml")).toBe(two);
    write("repo/.git/refs/heads/main", `${one}\n`);
    expect(revision("repo/fleet.yaml")).toBe(one);
    write("repo/.git/HEAD", `${three}\n`);
    expect(revision("repo/fleet.yaml")).toBe(three);
  });

  it("is that of a linked worktree, whose branches are in its repository", () => {
    write("linked/.git", "gitdir: ../repo/.git/worktrees/linked\n");
    write("repo/.git/worktrees/linked/HEAD", "ref: refs/heads/main\n");
    write("repo/.git/worktrees/linked/commondir", "../..\n");
    expect(revision("linked/fleet.yaml")).toBe(one);
  });

  it("is unknown without a commit, outside of a repository, and for files that are not Git's", () => {
    write("new/.git/HEAD", "ref: refs/heads/none\n");
    write("odd/.git/HEAD", "ref: refs/../../secret\n");
    write("odd/secret", `${one}\n`);
    write("table/.git/HEAD", "ref: refs/heads/.invalid\n");
    expect(["new/a", "odd/a", "table/a", "none/a"].map(revision)).toEqual(Array(4).fill(undefined));
  });
});
