import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeGitWorld, recorded, type GitWorld } from "../support/worktrees/git-world.ts";

const shells = ["dash", "bash", "busybox sh"].filter((shell) => {
  const [program = ""] = shell.split(" ");
  return execFileSync("sh", ["-c", `command -v ${program} || :`], { encoding: "utf8" }) !== "";
});

let world: GitWorld;
beforeAll(() => {
  world = makeGitWorld();
});
afterAll(() => {
  world.remove();
});

const at = (...parts: readonly string[]): string => join(world.root, ...parts);
const reason = (agent: string): string =>
  readFileSync(at("repo/.git/worktrees", agent, "locked"), "utf8").trim();

describe("The worktree of an agent", () => {
  it("is made with its branch, locked, marked and recorded, and taken again in any state", () => {
    const made = world.call("coder", "make");
    expect(made).toEqual({ status: 0, output: `made worktree ${at("wt/coder")} of branch coder` });
    expect(world.sh("cd wt/coder; git branch --show-current; cat file")).toBe("coder\none");
    expect(reason("coder")).toBe("mosaic-fleet agent coder");
    expect(readFileSync(at("repo/.git/worktrees/coder/mosaic-worktree"), "utf8")).toBe(
      `fleet=mosaic\nagent=coder\nrepo=${world.repo}\nbranch=coder\nmade=fleet\n`,
    );
    expect(recorded(world, "coder")).toBe(`${world.repo}\t${at("wt/coder")}\n`);

    world.sh(
      "cd wt/coder; git checkout -q -b fix; echo two >>file; git commit -qam two; echo three >>file; touch new",
    );
    const before = world.sh("cd wt/coder; git status --porcelain=2 --branch; git log --oneline");
    expect(world.call("coder", "make")).toEqual({ status: 0, output: "" });
    world.sh("cd wt/coder; git checkout -q --detach");
    expect(world.call("coder", "make").status).toBe(0);
    world.sh("cd wt/coder; git checkout -q fix");
    expect(world.sh("cd wt/coder; git status --porcelain=2 --branch; git log --oneline")).toBe(before);
    expect(world.sh("git -C repo worktree remove --force wt/coder 2>&1 || :")).toContain(
      "mosaic-fleet agent coder",
    );
  });

  it("never switches its branch", () => {
    const { status, output } = world.call("coder", "make", { branch: "other" });
    expect(status).toBe(1);
    expect(output).toBe(
      `its worktree ${at("wt/coder")} was made for branch coder, not other, and stays so; to replace it: fleet stop coder, then fleet worktree prune coder`,
    );
    expect(world.sh("git -C wt/coder branch --show-current; git -C repo branch --list other")).toBe("fix");
    expect(world.call("coder", "make", { branch: "fix" }).status).toBe(0); // somebody has switched by hand
    expect(world.call("coder", "make", { branch: "coder" }).output).toContain("was made for branch fix");
  });

  it("begins where it should, at an existing branch too, and in an empty folder", () => {
    world.sh(
      "cd repo; git branch old; git tag v1; echo x >x; git add x; git commit -qm x; mkdir -p ../wt/old",
    );
    expect(world.call("old", "make").status).toBe(0);
    expect(world.sh("ls wt/old")).toBe("file");
    expect(world.call("tagged", "make", { from: "v1", branch: "a/b" }).status).toBe(0);
    expect(world.sh("ls wt/tagged; git -C wt/tagged branch --show-current")).toBe("file\na/b");
    expect(world.call("new", "make", { from: "origin/main" }).status).toBe(0);
    expect(world.sh("git -C repo config branch.new.merge || echo none")).toBe("none"); // a push must not reach main
  });

  it("is taken from a person if it is of that branch, and refused if not", () => {
    world.sh("cd repo; git worktree add -q -b mine ../wt/mine; git worktree lock --reason busy ../wt/mine");
    expect(world.call("mine", "make", { branch: "yours" }).output).toContain(
      "has branch mine, not branch yours",
    );
    expect(world.call("mine", "make").status).toBe(0);
    expect(reason("mine")).toBe("busy");
    expect(readFileSync(at("repo/.git/worktrees/mine/mosaic-worktree"), "utf8")).toContain("made=found");
    expect(world.call("mine", "make", { fleet: "second" }).output).toContain("belongs to fleet mosaic");
  });

  it.each([
    [
      "a folder with files",
      "mkdir -p wt/full; touch wt/full/x",
      { path: "ROOT/wt/full" },
      "is not empty: ROOT/wt/full",
    ],
    ["a file", "touch wt/full2", { path: "ROOT/wt/full2" }, "is no folder: ROOT/wt/full2"],
    ["a dangling link", "ln -s /nowhere wt/dangling", { path: "ROOT/wt/dangling" }, "is no folder"],
    [
      "another repository",
      "git init -q wt/else",
      { path: "ROOT/wt/else" },
      "another repository, ROOT/wt/else/.git",
    ],
    ["the repository", ":", { path: "ROOT/repo" }, "would be the repository itself"],
    ["no repository", ":", { repo: "ROOT/nowhere" }, "repository of its worktree does not exist"],
    ["a folder without git", "mkdir plain", { repo: "ROOT/plain" }, "needs a repository at ROOT/plain"],
    ["a folder inside", "mkdir repo/sub", { repo: "ROOT/repo/sub" }, "is inside the repository ROOT/repo"],
    ["an unknown start", ":", { from: "nope" }, "cannot begin at nope, which is unknown"],
    ["no commits", "git init -q fresh", { repo: "ROOT/fresh" }, "has no commits yet"],
    ["a used branch", ":", { branch: "main" }, "branch main is checked out at ROOT/repo"],
    ["a branch in the way", ":", { branch: "a" }, "its worktree cannot be made: cannot lock ref"],
  ])("refuses %s, and touches nothing", (_, prepare, settings, message) => {
    world.sh(prepare);
    const rooted = Object.fromEntries(
      Object.entries(settings as Record<string, string>).map(([key, value]) => [
        key,
        value.replace("ROOT", world.root),
      ]),
    );
    const before = world.sh("git -C repo worktree list; ls -R wt | head -100; git -C repo branch");
    const { status, output } = world.call("free", "make", rooted);
    expect(output).toContain(message.replaceAll("ROOT", world.root));
    expect(status).toBe(1);
    expect(world.sh("git -C repo worktree list; ls -R wt | head -100; git -C repo branch")).toBe(before);
  });

  it("is made again after its folder was deleted, unless something would be lost", () => {
    expect(world.call("gone", "make").status).toBe(0);
    world.sh("rm -rf wt/gone");
    expect(world.call("gone", "make").status).toBe(0);
    expect(world.sh("git -C wt/gone status --porcelain --branch")).toBe("## gone");

    world.sh("cd wt/gone; echo staged >staged; git add staged; cd ..; rm -rf gone");
    expect(world.call("gone", "make").output).toMatch(
      /has deleted the folder .* staged changes; to bring it back: mkdir/,
    );
    const way = /to bring it back: (.*)$/.exec(world.call("gone", "make").output)?.[1] ?? "";
    world.sh(way);
    expect(world.sh("cat wt/gone/staged wt/gone/file")).toBe("staged\none");
    expect(world.call("gone", "make").status).toBe(0);

    world.sh(
      "cd wt/gone; git commit -qm staged; git checkout -q --detach; git commit -q --allow-empty -m lost; cd ..; rm -rf gone",
    );
    expect(world.call("gone", "make").output).toContain("its HEAD was detached");
  });

  it("is completed after git was killed while it wrote the files", () => {
    world.sh(`cd repo; git worktree add -q --no-checkout -b half ../wt/half; rm -f .git/worktrees/half/index
      touch .git/worktrees/half/index.lock; echo initializing >.git/worktrees/half/locked`);
    expect(world.call("half", "make")).toEqual({ status: 0, output: "" });
    expect(world.sh("cd wt/half; git status --porcelain; cat file")).toBe("one");
    expect(reason("half")).toBe("mosaic-fleet agent half");
  });

  it("names the command that repairs it after its repository was moved", () => {
    world.call("moved", "make");
    world.sh("mv repo repo2");
    const { output } = world.call("moved", "make", { repo: at("repo2") });
    world.sh("mv repo2 repo");
    expect(output).toContain(`git -C ${at("repo2")} worktree repair ${at("wt/moved")}`);
  });

  it("comes from a bare repository, from another worktree, and from a folder with a .git file", () => {
    expect(world.call("bare", "make", { repo: at("origin.git") }).status).toBe(0);
    expect(world.call("linked", "make", { repo: at("wt/coder") }).status).toBe(0);
    world.sh("mkdir hub; cp -R origin.git hub/.bare; echo 'gitdir: ./.bare' >hub/.git");
    expect(world.call("hub", "make", { repo: at("hub") }).status).toBe(0);
    expect(world.sh("cat wt/bare/file wt/linked/file wt/hub/file")).toBe("one\none\ntwo\none");
  });

  it("fetches before a new branch only if it should, and goes on without a network", () => {
    world.sh(
      "git clone -q origin.git second; cd second; echo f >f; git add f; git commit -qm f; git push -q origin HEAD:topic",
    );
    expect(world.call("fetched", "make", { from: "origin/topic" }).output).toMatch(
      /unknown .*: git fetch, or worktree/,
    );
    expect(world.call("fetched", "make", { from: "origin/topic", fetch: true }).status).toBe(0);
    world.sh("git -C repo remote set-url origin /nowhere");
    const offline = world.call("offline", "make", { from: "origin/topic", fetch: true });
    world.sh(`git -C repo remote set-url origin ${at("origin.git")}`);
    expect(offline.status).toBe(0);
    expect(offline.output).toContain(
      "git fetch failed, so its worktree begins at origin/topic as known here",
    );
  });

  it("gets copied and linked files once, with their mode, and none is overwritten", () => {
    world.sh(
      "cd repo; chmod 640 .env; mkdir -p conf/a data; echo 1 >conf/a/x; echo 2 >conf/'b c'; echo '[x]' >'[id].json'; echo 3 >ab",
    );
    const settings = { copy: [".env", "file", "con*", "[id].json", "*b*"], link: ["data", "node_modules"] };
    const { status, output } = world.call("files", "make", settings);
    expect({ status, output }).toEqual({
      status: 0,
      output: expect.stringContaining("made worktree") as string,
    });
    expect(statSync(at("wt/files/.env")).mode & 0o777).toBe(0o640);
    expect(world.sh("cd wt/files; cat .env file conf/a/x 'conf/b c' '[id].json' ab; readlink data")).toBe(
      `secret\none\n1\n2\n[x]\n3\n${at("repo/data")}`,
    );
    expect(lstatSync(at("wt/files/node_modules")).isSymbolicLink()).toBe(true);
    expect(readFileSync(at("repo/.git/worktrees/files/mosaic-copies"), "utf8").split("\n")).toHaveLength(7);
    world.sh("cd wt/files; echo changed >.env; rm data");
    expect(world.call("files", "make", settings)).toEqual({ status: 0, output: "" });
    expect(existsSync(at("wt/files/data"))).toBe(false);
    expect(world.call("files", "make", { ...settings, copy: [".env", "missing"] }).output).toBe(
      "copy: the repository has no missing",
    );
    expect(world.sh("cat wt/files/.env; readlink wt/files/data")).toBe(`changed\n${at("repo/data")}`);
    world.sh("cd wt/files; ln -s /tmp out");
    expect(world.call("files", "make", { copy: ["file", "out/x"] }).output).toBe(
      "copy: the repository has no out/x",
    );
  });

  it("asks for its setup until that has succeeded, and again after a change", () => {
    expect(world.call("set", "make", { setup: "true" }).status).toBe(3);
    expect(world.call("set", "make", { setup: "true" }).status).toBe(3);
    world.sh("cd wt/set; mkdir node_modules; touch node_modules/y; echo made >made.log");
    expect(world.call("set", "done", { setup: "true" }).status).toBe(0);
    const ignored = (): string => readFileSync(at("repo/.git/worktrees/set/mosaic-ignored"), "utf8");
    expect(readFileSync(at("repo/.git/worktrees/set/mosaic-setup"), "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
    expect(ignored().split("\0")).toEqual(["!! made.log", "!! node_modules/", ""]);
    expect(readFileSync(at("repo/.git/worktrees/set/mosaic-copies"), "utf8")).toMatch(/^\S+ {2}made\.log\n$/);
    expect(world.call("set", "make", { setup: "true" }).status).toBe(0);
    expect(world.call("set", "make", { setup: "false" }).status).toBe(3);
    world.sh("cd wt/set; mkdir data; touch data/work work.log");
    expect(world.call("set", "done", { setup: "false" }).status).toBe(0);
    expect(ignored()).not.toContain("data");
  });

  it("is made for twenty agents of one repository at once", () => {
    const env = (agent: number): string =>
      `MOSAIC_AGENT_NAME=many-${agent} MOSAIC_AGENT_FLEET=mosaic MOSAIC_AGENT_STATE=${at("records")}/many-${agent} MOSAIC_AGENT_WORKTREE_REPO=${world.repo} MOSAIC_AGENT_WORKTREE_BRANCH=many-${agent} MOSAIC_AGENT_WORKTREE_PATH=${at("wt")}/many-${agent}`;
    const calls = Array.from(
      { length: 20 },
      (_, index) => `env ${env(index)} ${process.cwd()}/units/mosaic-worktree.sh make &`,
    );
    world.sh(`${calls.join("\n")}\nwait`);
    expect(world.sh("cat wt/many-*/file | wc -l; git -C repo worktree list | grep -c many-")).toBe("20\n20");
  });

  it.each(shells)("is made by %s", (shell) => {
    const other = makeGitWorld(shell.split(" "));
    try {
      expect(other.call("a", "make", { copy: [".env"], link: ["node*"], setup: "true" }).status).toBe(3);
      expect(other.call("a", "done", { copy: [".env"], link: ["node*"], setup: "true" }).status).toBe(0);
      expect(other.call("a", "make", { branch: "b" }).status).toBe(1);
    } finally {
      other.remove();
    }
  });
});
