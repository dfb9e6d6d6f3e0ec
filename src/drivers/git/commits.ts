import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readGit, readGitWith } from "./git.ts";

/** The references that outlive a worktree: not those of the worktree itself, such as refs/bisect. */
const kept = ["--branches", "--tags", "--remotes", "--glob=refs/mosaic-fleet"];

/** Returns the number of commits of HEAD no branch, tag or remote has. */
export async function countDetached(exec: Exec, folder: string): Promise<Result<number>> {
  return countedCommits(await readGit(exec, folder, ["rev-list", "--count", "HEAD", "--not", ...kept]));
}

/**
 * Returns the number of commits of a branch no remote has. In a repository without remotes: that neither a tag nor
 * another branch has.
 */
export async function countUnpushed(exec: Exec, folder: string, branch: string): Promise<Result<number>> {
  const remotes = await readGit(exec, folder, [
    "for-each-ref",
    "--count=1",
    "--format=%(refname)",
    "refs/remotes",
  ]);
  if (!remotes.ok) return remotes;
  const others =
    remotes.value.trim() === "" ? ["--tags", `--exclude=${branch}`, "--branches"] : ["--remotes"];
  return countedCommits(
    await readGit(exec, folder, ["rev-list", "--count", `refs/heads/${branch}`, "--not", ...others]),
  );
}

function countedCommits(read: Result<string>): Result<number> {
  return read.ok ? ok(Number(read.value.trim())) : read;
}

/** The history of HEAD in a worktree, which is lost with it. */
export interface HeadHistory {
  readonly commits: readonly string[];
  /** The branches that were checked out. */
  readonly branches: readonly string[];
}

/** Reads the reflog of HEAD. */
export async function readHeadHistory(exec: Exec, folder: string): Promise<Result<HeadHistory>> {
  const read = await readGit(exec, folder, ["log", "-g", "-z", "--no-color", "--format=%H %gs", "HEAD"]);
  if (!read.ok) return read;
  const entries = read.value.split("\0").filter((entry) => entry !== "");
  const moves = entries.flatMap(
    (entry) => /checkout: moving from (\S+) to (\S+)$/.exec(entry)?.slice(1) ?? [],
  );
  return ok({ commits: entries.map((entry) => entry.split(" ")[0] ?? ""), branches: [...new Set(moves)] });
}

/**
 * Returns the newest of these commits without anything to outlive the worktree: no reference, and no reflog of these
 * branches.
 */
export async function findOnlyHere(
  exec: Exec,
  folder: string,
  commits: readonly string[],
  branches: readonly string[],
): Promise<Result<readonly string[]>> {
  if (commits.length === 0) return ok([]);
  const known: string[] = [];
  for (const branch of branches) {
    const reflog = await readGit(exec, folder, ["rev-list", "-g", `refs/heads/${branch}`, "--"]);
    if (reflog.ok) known.push(...reflog.value.split("\n").filter((line) => line !== ""));
  }
  const left = [...new Set(commits)].filter((commit) => !known.includes(commit));
  if (left.length === 0) return ok([]);
  const lines = [...left, ...[...new Set(known)].map((commit) => `^${commit}`)];
  const read = await readGitWith(exec, folder, ["rev-list", "--parents", "--stdin", "--not", ...kept], lines);
  if (!read.ok) return read;
  const rows = read.value
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "));
  const parents = new Set(rows.flatMap(([, ...more]) => more));
  return ok(rows.flatMap(([commit = ""]) => (parents.has(commit) ? [] : [commit])));
}

/** A stash: the branch on which somebody has made it. */
export interface Stash {
  /** Undefined for a detached HEAD. */
  readonly branch: string | undefined;
  /** The commit that was checked out. */
  readonly base: string;
}

/** Reads the stashes of a repository, which all its worktrees share. */
export async function readStashes(exec: Exec, folder: string): Promise<Result<readonly Stash[]>> {
  const read = await readGit(exec, folder, ["stash", "list", "-z", "--no-color", "--format=%P %gs"]);
  if (!read.ok) return read;
  return ok(
    read.value.split("\0").flatMap((entry) => {
      const words = /^([0-9a-f]+)[0-9a-f ]* (.*)$/s.exec(entry);
      if (words === null) return [];
      const [, base = "", text = ""] = words;
      const [, branch] = /^(?:WIP on|On) (\S+|\(no branch\)):/.exec(text) ?? [];
      return [{ base, branch: branch === "(no branch)" ? undefined : branch }];
    }),
  );
}
