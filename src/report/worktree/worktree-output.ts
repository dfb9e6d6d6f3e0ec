import type { KeepReason, PrunedWorktree } from "../../worktrees/prune.ts";
import type { WorktreeFinding } from "../../worktrees/worktree.ts";
import type { DiagnosticJson, Problems } from "../json/shared-output.ts";

/** One thing about a worktree that is not as git has made it, with its data. */
type WorktreeFindingJson = WorktreeFinding & {
  /** For people. Its words may change. */
  readonly message: string;
};

/** One worktree. */
export interface WorktreeJson {
  readonly agent: string;
  /** False for an agent that is not in fleet.yaml any more. */
  readonly declared: boolean;
  /** The path of the repository. */
  readonly repo: string;
  readonly path: string;
  /** The branch; null for a detached HEAD, or if it is not known. */
  readonly branch: string | null;
  /** True if nothing was found. */
  readonly clean: boolean;
  readonly findings: readonly WorktreeFindingJson[];
}

/** The worktrees of a fleet. */
export interface WorktreeListJson {
  readonly formatVersion: "2.0";
  /** The name of the fleet. */
  readonly fleet: string;
  readonly worktrees: readonly WorktreeJson[];
}

/** A reason to keep a worktree, with its data. */
type KeepReasonJson = KeepReason & {
  /** For people. Its words may change. */
  readonly message: string;
};

/** One worktree after `fleet worktree prune`. */
export interface PrunedWorktreeJson {
  readonly agent: string;
  /** False for an agent that is not in fleet.yaml any more. */
  readonly declared: boolean;
  /** The path of the repository. */
  readonly repo: string;
  readonly path: string;
  /** The branch, which stays; null for a detached HEAD, or if it is not known. */
  readonly branch: string | null;
  readonly outcome: PrunedWorktree["outcome"]["kind"];
  /** The reasons to keep it; empty for the other outcomes. */
  readonly reasons: readonly KeepReasonJson[];
  /** The references that keep commits known to the reflog of the worktree alone. */
  readonly backups: readonly string[];
  /** The problems of a failed removal. */
  readonly diagnostics: readonly DiagnosticJson[];
}

/** The result of `fleet worktree prune`. */
export interface WorktreePruneJson {
  readonly formatVersion: "2.0";
  /** The name of the fleet. */
  readonly fleet: string;
  /** True without --yes: nothing was removed. */
  readonly dryRun: boolean;
  readonly pruned: readonly PrunedWorktreeJson[];
}

/**
 * The output of `fleet worktree --json`; npm run schema writes worktree.schema.json from it.
 * @public
 */
export type WorktreeDocument = WorktreeListJson | WorktreePruneJson | Problems;
