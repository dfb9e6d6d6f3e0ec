import type { PrunedWorktree } from "../../worktrees/prune.ts";
import type { Worktree } from "../../worktrees/worktree.ts";
import { findingPhrase } from "./finding-text.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import { keepPhrase } from "./keep-text.ts";
import type {
  PrunedWorktreeJson,
  WorktreeJson,
  WorktreeListJson,
  WorktreePruneJson,
} from "./worktree-output.ts";

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

/** Returns the result of a prune as its documented JSON object. */
export function worktreePruneJson(
  fleet: string,
  pruned: readonly PrunedWorktree[],
  isDryRun: boolean,
): WorktreePruneJson {
  return { formatVersion: "2.0", fleet, dryRun: isDryRun, pruned: pruned.map(prunedJson) };
}

function prunedJson({ agent, isDeclared, repo, path, branch, outcome }: PrunedWorktree): PrunedWorktreeJson {
  const reasons = outcome.kind === "kept" ? outcome.reasons : [];
  return {
    agent,
    declared: isDeclared,
    repo,
    path,
    branch: branch ?? null,
    outcome: outcome.kind,
    reasons: reasons.map((reason) => ({ ...reason, message: keepPhrase(reason) })),
    backups: "backups" in outcome ? outcome.backups : [],
    diagnostics: outcome.kind === "failed" ? outcome.diagnostics.map(diagnosticToJson) : [],
  };
}
