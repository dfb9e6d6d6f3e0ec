import { unlinkSync } from "node:fs";
import { join } from "node:path/posix";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { errorMessage } from "../../text/error-message.ts";
import { gitSettings, outputOf } from "./git.ts";

/** Longest time to remove a worktree, ms: a node_modules has 100,000 files. */
const timeoutMs = 600_000;

/** A worktree to remove. */
export interface WorktreeRemoval {
  /** The folder of git that all worktrees of the repository share. */
  readonly common: string;
  /** Its real path. */
  readonly place: string;
  /** The reason of its lock; undefined if it is not locked. */
  readonly lock: string | undefined;
  /** References to make first, with their commits. */
  readonly backups: ReadonlyMap<string, string>;
  /** Untracked files to remove first, below the worktree: git refuses to remove a worktree with some. */
  readonly leftovers: readonly string[];
}

/**
 * Removes a worktree by `git worktree remove`, which checks it once more and refuses for changed and untracked files. After a
 * failure the worktree is locked again. Its branch stays.
 */
export async function removeWorktree(
  exec: Exec,
  { common, place, lock, backups, leftovers }: WorktreeRemoval,
): Promise<Result<void>> {
  const runGit = async (...args: readonly string[]): Promise<Result<string>> =>
    outputOf(
      args,
      await exec({ file: "git", args: [...gitSettings, `--git-dir=${common}`, ...args], timeoutMs }),
    );
  for (const [ref, commit] of backups) {
    const kept = await runGit("update-ref", ref, commit);
    if (!kept.ok) return kept;
  }
  try {
    for (const path of leftovers) unlinkSync(join(place, path));
  } catch (error) {
    return fail("file-write-failed", `cannot remove a copied file in ${place}`, {
      detail: errorMessage(error),
    });
  }
  if (lock !== undefined) {
    const unlocked = await runGit("worktree", "unlock", place);
    if (!unlocked.ok) return unlocked;
  }
  const removed = await runGit("worktree", "remove", place);
  if (removed.ok) return ok(undefined);
  if (lock !== undefined) await runGit("worktree", "lock", "--reason", lock, place);
  return removed;
}
