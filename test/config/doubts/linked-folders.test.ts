import { describe, expect, it } from "vitest";
import { gitWarnings } from "../../../src/config/doubts/missing-git.ts";
import { linkedFolders } from "../../../src/config/doubts/linked-folders.ts";
import { configOf } from "../../support/plan/resolved.ts";

describe("Linked folders into which tools write", () => {
  it("are found in defaults and agents, with their places, and others are not", () => {
    const config = configOf({
      defaults: { worktree: { repo: "/r", link: [".cache", "packages/a/node_modules"] } },
      agents: { a: { command: "x", worktree: { link: ["data", ".venv"] } }, b: { command: "x" } },
    });
    expect(linkedFolders(config)).toEqual([
      { folder: "packages/a/node_modules", path: ["defaults", "worktree", "link", 1] },
      { folder: ".venv", path: ["agents", "a", "worktree", "link", 1] },
    ]);
  });
});

describe("Worktrees without git", () => {
  const worktree = { repo: "/r" };
  it("are warned of, except if a user manager or the caller finds git", () => {
    const config = configOf({ agents: { a: { command: "x", worktree } } });
    const seen: string[] = [];
    const none = (program: string, path: string): undefined => void seen.push(`${program} ${path}`);
    expect(gitWarnings(config, none, "/mine")).toMatchObject([
      { severity: "warning", code: "missing-program" },
    ]);
    expect(seen).toEqual([expect.stringMatching(/^git \/mine:.*:\/usr\/bin:/)]);
    expect(gitWarnings(config, () => "/mine/git", "/mine")).toEqual([]);
    expect(gitWarnings(configOf({ agents: { a: { command: "x" } } }), none, "/mine")).toEqual([]);
  });
});
