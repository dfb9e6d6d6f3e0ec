import type { Worktree } from "../../worktrees/worktree.ts";
import { findingPhrase } from "./finding-text.ts";
import type { WorktreeJson, WorktreeListJson } from "./worktree-output.ts";

/** Returns a list of worktrees as its documented JSON object. */
export function worktreeListJson(fleet: string, worktrees: readonly Worktree[]): WorktreeListJson {
  return { formatVersion: "2.0", fleet, worktrees: worktrees.map(worktreeJson) };
}

function worktreeJson({ agent, isDeclared, repo, path, branch, findings }: Worktree): WorktreeJson {
  return {
    agent,
    declared: isDeclared,
    repo,
    path,
    branch: branch ?? null,
    clean: findings.length === 0,
    findings: findings.map((finding) => ({ ...finding, message: findingPhrase(finding) })),
  };
}
