import type { KeepReason } from "../../worktrees/prune.ts";
import { findingPhrase } from "./finding-text.ts";

/** The place of a worktree, for commands about it. */
interface PrunePlace {
  readonly agent: string;
  readonly repo: string;
  readonly path: string;
}

/** Returns a reason to keep a worktree, in words. */
export function keepPhrase(reason: KeepReason): string {
  if (reason.kind === "declared") return "its agent is in fleet.yaml";
  if (reason.kind === "not-applied") return "its agent has left fleet.yaml, but not the fleet yet";
  if (reason.kind === "running") return `its agent is not stopped (${reason.active})`;
  return findingPhrase(reason);
}

/** Returns what a person can do about it; undefined if the reason says it. */
export function keepHint(reason: KeepReason, { agent, repo, path }: PrunePlace): string | undefined {
  switch (reason.kind) {
    case "declared":
      return undefined;
    case "not-applied":
      return "fleet apply";
    case "running":
      return `fleet stop ${agent}`;
    case "missing":
      return `git -C ${repo} worktree unlock ${path}; git -C ${repo} worktree prune`;
    case "lost":
      return `git -C ${repo} worktree repair ${path}`;
    case "detached":
      return `git -C ${path} switch -c NAME keeps them`;
    case "unpushed":
      return "push them, or add --unpushed: the branch stays";
    case "stashed":
      return `git -C ${path} stash list`;
    case "locked":
      return `git -C ${repo} worktree unlock ${path}`;
    case "submodules":
      return `git -C ${repo} worktree remove --force --force ${path} deletes them too`;
    case "changed":
    case "conflicts":
    case "untracked":
    case "ignored":
      return "commit them, or move or remove them";
    case "hidden":
      return `git -C ${path} update-index --no-assume-unchanged --no-skip-worktree FILE`;
    case "unknown":
    case "found":
    case "foreign":
    case "other-owner":
    case "in-use":
    case "operation":
    case "unborn":
      return undefined;
  }
}
