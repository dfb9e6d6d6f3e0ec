import { spawn, type ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeGitWorld, type GitWorld } from "../support/worktrees/git-world.ts";
import { foundIn, inspectIn, wordsOf } from "../support/worktrees/inspecting.ts";
import { until } from "../support/rig/until.ts";

let world: GitWorld;
beforeAll(() => {
  world = makeGitWorld();
});
afterAll(() => {
  world.remove();
});

let number = 0;
const settings = { copy: [".env", "conf"], link: ["node_modules"] };

/** Makes a worktree of a new agent, changes it by a script in it, and returns the name of the agent. */
function changed(script: string, more = {}): string {
  number += 1;
  const agent = `agent-${number}`;
  const made = world.call(agent, "make", { ...settings, ...more });
  if (made.status !== 0) throw new Error(made.output);
  world.sh(`cd wt/${agent}; ${script}`);
  return agent;
}

const seen = async (script: string, more = {}): Promise<readonly string[]> =>
  wordsOf(await inspectIn(world, changed(script, more)));

describe("The inspection of a worktree", () => {
  beforeAll(() => {
    world.sh("cd repo; mkdir conf; echo a >conf/a; echo b >conf/'b c'; ln -s a conf/link");
  });

  it("finds nothing in a new one: its copies and links are no work", async () => {
    const agent = changed("");
    const { findings, leftovers, branch, onlyHere } = await inspectIn(world, agent);
    expect({ findings, branch, onlyHere }).toEqual({ findings: [], branch: agent, onlyHere: [] });
    expect(leftovers.toSorted()).toEqual(["conf/a", "conf/b c", "conf/link"]);
  });

  it.each([
    ["a changed file", "echo x >>file", "changed 1 file"],
    ["a staged file", "echo x >n; git add n", "changed 1 n"],
    ["a deleted file", "rm file", "changed 1 file"],
    ["an untracked file", "echo x >'new file'", "untracked 1 new file"],
    [
      "an untracked file that status.showUntrackedFiles hides",
      "git config status.showUntrackedFiles no; echo x >n",
      "untracked 1 n",
    ],
    ["an untracked repository", "git init -q sub; touch sub/x", "untracked 1 sub/"],
    ["a changed copy", "echo x >>conf/a", "untracked 1 conf/a"],
    ["a changed ignored copy", "echo x >>.env", "ignored 1 .env"],
    ["another link", "ln -sfn /tmp node_modules", "ignored 1 node_modules"],
    ["an ignored file", "echo x >a.log", "ignored 1 a.log"],
    ["a file in an ignored folder", "mkdir -p data/a; echo x >data/a/b", "ignored 1 data/a/b"],
    [
      "a file hidden by assume-unchanged",
      "git update-index --assume-unchanged file; echo x >>file",
      "hidden 1 file",
    ],
    [
      "a file hidden by skip-worktree",
      "git update-index --skip-worktree file; echo x >>file",
      "hidden 1 file",
    ],
    [
      "a detached HEAD with a commit",
      "git checkout -q --detach; git commit -q --allow-empty -m x",
      "detached 1",
    ],
    ["a bisect", "git bisect start", "operation bisect"],
    [
      "a lock of somebody else",
      "git worktree unlock .; git worktree lock --reason 'my disk' .",
      "locked my disk",
    ],
    ["a lock of git's index", 'touch "$(git rev-parse --git-dir)/index.lock"', "operation command"],
    ["a lost mark", 'rm "$(git rev-parse --git-dir)/mosaic-worktree"', "foreign"],
    ["a branch without a commit", "git checkout -q --orphan none; git rm -qrf .", "unborn"],
    ["a lost repository", "echo 'gitdir: /nowhere' >.git", "lost"],
    [
      "a submodule",
      "git -c protocol.file.allow=always submodule --quiet add $(realpath ../../origin.git) sub",
      "submodules",
    ],
  ])("finds %s", async (_, script, word) => {
    expect(await seen(script)).toContain(word);
  });

  it("finds commits that no remote has, stashes made there, and operations under way", async () => {
    const agent = changed("echo x >>file; git stash -q; git commit -q --allow-empty -m x");
    expect(wordsOf(await inspectIn(world, agent))).toEqual([`unpushed 1 ${agent}`, `stashed 1 ${agent}`]);
    world.sh(`cd wt/${agent}; git push -q origin HEAD; git stash drop -q`);
    expect(wordsOf(await inspectIn(world, agent))).toEqual([]);
    const conflict = changed(`echo one >>file; git commit -qam one; git branch other-${agent} HEAD^
      git checkout -q other-${agent}; echo two >>file; git commit -qam two; git merge -q - >/dev/null 2>&1 || :`);
    expect(wordsOf(await inspectIn(world, conflict))).toEqual([
      "operation merge",
      "conflicts 1 file",
      `unpushed 1 other-${agent}`,
    ]);
  });

  it("asks for another branch with the commits in a repository without remotes", async () => {
    const agent = changed("git commit -q --allow-empty -m local");
    world.sh("cd repo; git remote rename origin gone; git remote remove gone");
    try {
      expect(wordsOf(await inspectIn(world, agent))).toEqual([`unpushed 1 ${agent}`]);
      world.sh(`cd repo; git branch kept ${agent}`);
      expect(wordsOf(await inspectIn(world, agent))).toEqual([]);
    } finally {
      world.sh("cd repo; git remote add origin ../origin.git; git fetch -q");
    }
  });

  it("leaves out ignored files that the setup has made, but none that is newer", async () => {
    const agent = "with-setup";
    const setup = { setup: "true" };
    expect(world.call(agent, "make", setup).status).toBe(3);
    world.sh(`cd wt/${agent}; mkdir -p data/deep node_modules cache; echo x | tee data/seed data/deep/x node_modules/y >out.log
      printf 'Signature: 8a477f597d28d172789f06886806bc55\\n' >cache/CACHEDIR.TAG`);
    expect(world.call(agent, "done", setup).status).toBe(0);
    expect(wordsOf(await inspectIn(world, agent))).toEqual([]);
    // The clock of files has ticks of a few ms.
    await until("the clock of files goes on", () =>
      Promise.resolve(
        world.sh(`touch tick; [ tick -nt repo/.git/worktrees/${agent}/mosaic-ignored ] && echo yes || :`) ===
          "yes",
      ),
    );
    world.sh(`cd wt/${agent}; echo new >node_modules/z; echo new >cache/z`);
    expect(wordsOf(await inspectIn(world, agent))).toEqual([]);
    world.sh(`cd wt/${agent}; echo new >>data/seed`);
    expect(wordsOf(await inspectIn(world, agent))).toEqual(["ignored 1 data/seed"]);
    world.sh(
      `cd wt/${agent}; mkdir -p ../../elsewhere/deep; mv data/deep ../../elsewhere; mv ../../elsewhere/deep data/moved`,
    );
    expect(wordsOf(await inspectIn(world, agent))).toEqual(["ignored 2 data/moved/"]); // it, and data/seed
    world.sh(`cd wt/${agent}; rm -r data; git init -q cache/own`);
    expect(wordsOf(await inspectIn(world, agent))).toEqual(["ignored 1 cache/own/.git"]);
  });

  it("finds the commits that only the reflog of HEAD knows", async () => {
    const agent =
      changed(`git checkout -q --detach; git commit -q --allow-empty -m one; git commit -q --allow-empty -m two
      git checkout -q -b tmp; git commit -q --allow-empty -m three; git checkout -q $(basename $PWD); git branch -q -D tmp
      git commit -q --allow-empty -m four; git reset -q --hard HEAD^`);
    const { findings, onlyHere } = await inspectIn(world, agent);
    expect(findings).toEqual([]);
    const names = onlyHere.map((commit) => world.sh(`git -C repo log -1 --format=%s ${commit}`));
    expect(names).toEqual(["three"]);
  });

  it("finds processes in it, and another account", async () => {
    const agent = changed("");
    expect(wordsOf(await inspectIn(world, agent, 12345))).toEqual(["other-owner"]);
    const child: ChildProcess = spawn("sleep", ["100"], { cwd: `${world.root}/wt/${agent}` });
    try {
      await until("the process is there", async () =>
        wordsOf(await inspectIn(world, agent)).includes("in-use sleep"),
      );
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("takes a git that fails for unknown", async () => {
    const agent = changed('printf broken >"$(git rev-parse --git-dir)/index"');
    expect(wordsOf(await inspectIn(world, agent))[0]).toMatch(
      /^unknown git status failed with exit status 128/,
    );
  });
});

describe("The worktrees of a fleet", () => {
  it("are found until both the folder and git's entry are gone", async () => {
    const agent = changed("");
    const stateOf = async (): Promise<string | undefined> =>
      (await foundIn(world)).find((each) => each.agent === agent)?.state.kind;
    expect(await stateOf()).toBe("there");
    world.sh(`rm -r wt/${agent}`);
    expect(await stateOf()).toBe("missing");
    world.sh(`git -C repo worktree unlock ${world.root}/wt/${agent}; git -C repo worktree prune`);
    expect(await stateOf()).toBeUndefined();
  });

  it("have those that fleet has found at a declared place, and follow a renamed agent", async () => {
    world.sh("cd repo; git worktree add -q -b mine ../wt/mine");
    expect(world.call("mine", "make").status).toBe(0);
    const place = { agent: "mine", repo: world.repo, path: `${world.root}/wt/mine` };
    expect((await foundIn(world)).map(({ agent }) => agent)).not.toContain("mine");
    expect((await foundIn(world, [place])).map(({ agent }) => agent)).toContain("mine");
    const former = changed("");
    const path = `${world.root}/wt/${former}`;
    expect(world.call("renamed", "make", { branch: former, path }).status).toBe(0);
    expect((await foundIn(world)).find((each) => each.path === path)?.agent).toBe("renamed");
  });
});
