import type { WorktreeFinding } from "../../worktrees/worktree.ts";
import type { Problems } from "../json/shared-output.ts";

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

/**
 * The output of `fleet worktree --json`; npm run schema writes worktree.schema.json from it.
 * @public
 */
export type WorktreeDocument = WorktreeListJson | Problems;
