/** A process in a worktree. */
export interface ProcessInside {
  readonly pid: number;
  /** Its name, as ps shows it. */
  readonly name: string;
}

/** Some files, one of them by name. */
interface WorktreeFiles {
  readonly count: number;
  /** Below the worktree. */
  readonly example: string;
}

/** Some commits or stashes of a branch. */
interface OnBranch {
  readonly count: number;
  readonly branch: string;
}

/** Something about a worktree that is not as git has made it. Each is a reason to keep it. */
export type WorktreeFinding =
  /** Its folder was deleted, and git still has its entry. */
  | { readonly kind: "missing" }
  /** Its folder does not lead to its repository, or is no worktree any more. */
  | { readonly kind: "lost" }
  /** Something about it cannot be read. */
  | { readonly kind: "unknown"; readonly message: string }
  /** Fleet has found it, and not made it. */
  | { readonly kind: "found" }
  /** The mark of this fleet is gone: somebody has made it again, or another fleet has it. */
  | { readonly kind: "foreign" }
  | { readonly kind: "other-owner" }
  /** Somebody else has locked it by `git worktree lock`. */
  | { readonly kind: "locked"; readonly reason: string }
  | { readonly kind: "in-use"; readonly processes: readonly [ProcessInside, ...ProcessInside[]] }
  | { readonly kind: "operation"; readonly operation: Operation }
  | ({ readonly kind: "conflicts" | "changed" | "untracked" | "ignored" } & WorktreeFiles)
  /** Files git does not compare: assume-unchanged, skip-worktree. */
  | ({ readonly kind: "hidden" } & WorktreeFiles)
  | { readonly kind: "submodules" }
  /** Commits no branch, tag or remote has. */
  | { readonly kind: "detached"; readonly count: number }
  /** Its branch has no commit, or was deleted. */
  | { readonly kind: "unborn" }
  /** Commits no remote has; in a repository without remotes, no other branch. */
  | ({ readonly kind: "unpushed" } & OnBranch)
  | ({ readonly kind: "stashed" } & OnBranch);

/** An operation of git that somebody has begun in a worktree. */
export type Operation = "rebase" | "am" | "merge" | "cherry-pick" | "revert" | "bisect" | "command";

/** A worktree, and everything about it that is not as git has made it. */
export interface Worktree {
  readonly agent: string;
  /** True if fleet.yaml declares its agent. */
  readonly isDeclared: boolean;
  readonly repo: string;
  readonly path: string;
  /** Undefined for a detached HEAD, or if it is not known. */
  readonly branch: string | undefined;
  readonly findings: readonly WorktreeFinding[];
}

/** The files of git about an operation under way, in the folder it keeps for a worktree. */
const operations: ReadonlyMap<string, Operation> = new Map([
  ["rebase-merge", "rebase"],
  ["rebase-apply", "am"],
  ["MERGE_HEAD", "merge"],
  ["MERGE_AUTOSTASH", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["sequencer", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["BISECT_LOG", "bisect"],
  ["BISECT_START", "bisect"],
  ["index.lock", "command"],
  ["HEAD.lock", "command"],
]);

/** Returns the operation under way, from the names in the folder git keeps for a worktree. */
export function operationIn(names: readonly string[]): Operation | undefined {
  return names.map((name) => operations.get(name)).find((operation) => operation !== undefined);
}

/** Returns the reason of the lock fleet puts on the worktree of an agent. */
export function ownLock(agent: string): string {
  return `mosaic-fleet agent ${agent}`;
}
