import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeGitWorld, type GitWorld } from "../support/worktrees/git-world.ts";
import { pruneIn } from "../support/worktrees/inspecting.ts";

let world: GitWorld;
beforeAll(() => {
  world = makeGitWorld();
  world.sh(
    "cd repo; mkdir conf shared; echo a >conf/a; ln -s a conf/link; echo 'shared\nmade/' >>.git/info/exclude",
  );
});
afterAll(() => {
  world.remove();
});

/** Deeds of an agent in its worktree. WORK stands for a text that may not be lost. */
const deeds = {
  "changes a file": "echo WORK >>file",
  "adds a file": "echo WORK >new-WORK",
  "adds an ignored file": "echo WORK >WORK.log",
  "adds a file to an ignored folder": "mkdir -p data/deep; echo WORK >data/deep/WORK",
  "stages a file and removes it": "echo WORK >staged; git add staged; rm staged",
  "changes a copy": "echo WORK >>.env",
  "changes an untracked copy": "echo WORK >>conf/a",
  "changes a file of the setup": "echo WORK >>made/seed",
  "adds to a folder of the setup": "echo WORK >made/sub/WORK",
  "moves older files into a folder of the setup": "mv ../../old-PWD made/moved",
  "moves older files into a cache of the setup's folder": "mv ../../old-PWD made/sub/moved",
  "clones into a cache": "git init -q cache/clone; echo WORK >cache/clone/WORK",
  "hides a change": "git update-index --assume-unchanged file; echo WORK >>file",
  "skips a file": "git update-index --skip-worktree file; echo WORK >>file",
  "replaces a link": "rm -rf shared; mkdir shared; echo WORK >shared/WORK",
  commits: "echo WORK >>log-WORK; git add -A .; git commit -qm WORK",
  "commits all but copies": "echo WORK >tracked-WORK; git add tracked-WORK; git commit -qm WORK",
  pushes: "git push -qf origin HEAD:refs/heads/pushed-PWD",
  amends: "git commit -q --amend --allow-empty -m WORK",
  "goes back": "git reset -q --hard HEAD^",
  detaches: "git checkout -q --detach",
  "commits without a branch":
    "git checkout -q --detach; echo WORK >free-WORK; git add free-WORK; git commit -qm WORK",
  "comes back": "git checkout -q PWD",
  "makes a branch": "git checkout -q -b branch-WORK",
  "forgets a branch":
    "git checkout -q -b branch-WORK; echo WORK >b-WORK; git add b-WORK; git commit -qm WORK; git checkout -q PWD; git branch -q -D branch-WORK",
  "deletes its branches":
    "git branch --format='%(refname:short)' | grep '^branch-' | xargs -r git branch -q -D",
  "deletes its own branch": "git checkout -q --detach; git branch -q -D PWD",
  stashes: "echo WORK >>file; git stash -q",
  "drops its stash": "git stash drop -q",
  "stops in a rebase": "GIT_SEQUENCE_EDITOR='sed -i 1s/pick/edit/' git rebase -q -i HEAD^; echo WORK >>log-x",
  "begins a bisect": "git bisect start",
  "cleans up": "rm -rf data *.log; git checkout -q -f .",
  "commits and pushes": "git add file; git commit -qm WORK; git push -qf origin HEAD:refs/heads/pushed-PWD",
  installs: "echo more >node_modules/more; echo more >cache/more",
  "removes files of the setup": "rm -rf made/seed",
} as const;

type Deed = keyof typeof deeds;

/** Deeds after which an agent has nothing to lose. */
const calm: readonly Deed[] = ["commits and pushes", "installs", "comes back", "cleans up", "pushes"];

const anyDeed = fc.constantFrom<Deed>(...(Object.keys(deeds) as Deed[]));

/** Mostly one deed among calm ones: with several, another guard hides a broken one. */
const scenario = fc.record({
  list: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(anyDeed) },
    { weight: 1, arbitrary: fc.array(fc.oneof(anyDeed, fc.constantFrom<Deed>(...calm)), { maxLength: 6 }) },
  ),
  ending: fc.oneof(
    fc.constant([] as const),
    fc.subarray(["commits all but copies", "comes back", "drops its stash", "pushes"] as const),
  ),
  unpushed: fc.boolean(),
});

/** Number of scenarios. Each starts about 60 processes; WORKTREE_SCENARIOS=300 looks longer. */
const runs = Number(process.env["WORKTREE_SCENARIOS"] ?? 16);

let number = 0;

/** Makes a worktree with a setup, and does everything in it. Returns the name of its agent. */
function live(list: readonly Deed[]): string {
  number += 1;
  const agent = `agent-${number}`;
  world.sh(`mkdir -p old-${agent}/deep; echo work-${number}-old >old-${agent}/deep/file`);
  const settings = { copy: [".env", "conf"], link: ["shared"], setup: "true" };
  const place = join(world.root, "wt", agent);
  if (world.call(agent, "make", settings).status !== 3) throw new Error(`no worktree of ${agent}`);
  world.sh(`cd ${place}; mkdir -p made/sub node_modules cache; echo seed >made/seed; echo y >node_modules/y
    printf 'Signature: 8a477f597d28d172789f06886806bc55\\n' >cache/CACHEDIR.TAG`);
  if (world.call(agent, "done", settings).status !== 0) throw new Error(`no setup of ${agent}`);
  const lines = list.map((deed, at) =>
    deeds[deed].replaceAll("WORK", `work-${number}-${at}`).replaceAll("PWD", agent),
  );
  world.sh(`cd ${place}; exec >/dev/null 2>&1; set +e\n${lines.join("\n")}\n:`);
  return agent;
}

const objects = "cut -d' ' -f1 | git cat-file --batch";

/** Returns the works somewhere in a worktree: in its files, its index, and all its commits. */
function worksIn(agent: string): readonly string[] {
  return words(`cd wt/${agent}; { find . -name .git -prune -o -type f -print0 | xargs -0 cat
    git ls-files -s | cut -d' ' -f2 | git cat-file --batch
    git rev-list --objects --all --reflog HEAD | ${objects}; } | grep -aoE 'work-${number}-[0-9a-z]+' | sort -u || :`);
}

/** Returns the works that the repository and its remote still have: by branches with their reflogs, and other references. */
function worksKept(): readonly string[] {
  return words(`for each in repo origin.git; do (cd $each; git rev-list --objects --all --reflog | ${objects}); done |
    grep -aoE 'work-${number}-[0-9a-z]+' | sort -u || :`);
}

function words(script: string): readonly string[] {
  return world
    .sh(script)
    .split("\n")
    .filter((word) => word !== "");
}

describe("A pruned worktree", () => {
  it("loses nothing that neither a remote nor a kept reference has, unless fleet can make it again", async () => {
    const outcomes = { removed: 0, kept: 0 };
    const check = fc.asyncProperty(scenario, async ({ list, ending, unpushed }) => {
      const agent = live([...list, ...ending]);
      const works = worksIn(agent);
      const facts =
        world.sh(`cd wt/${agent}; git rev-parse -q --verify HEAD || echo none; git stash list | grep -c . || :
        ls -d "$(git rev-parse --git-dir)"/rebase-merge "$(git rev-parse --git-dir)"/BISECT_LOG 2>/dev/null || :`);
      const [head = "", stashes = "", ...operations] = facts.split("\n");
      const outcome = await pruneIn(world, agent, unpushed);
      const isThere = existsSync(join(world.root, "wt", agent));
      expect(outcome.kind).toBe(isThere ? "kept" : "removed");
      outcomes[isThere ? "kept" : "removed"] += 1;
      try {
        if (isThere) {
          expect(worksIn(agent)).toEqual(works);
          return;
        }
        const kept = worksKept();
        expect(works.filter((work) => !kept.includes(work))).toEqual([]);
        expect({ stashes, operations }).toEqual({ stashes: "0", operations: [] });
        if (!unpushed) expect(world.sh(`git -C origin.git cat-file -t ${head}`)).toBe("commit");
      } finally {
        world.sh("git -C repo stash clear");
      }
    });
    await fc.assert(check, { numRuns: runs });
    // Both happen, or the law says nothing.
    expect(Math.min(outcomes.removed, outcomes.kept)).toBeGreaterThan(runs / 8);
  }, 600_000);
});
