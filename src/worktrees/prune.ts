import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Worktree, WorktreeFinding } from "./worktree.ts";

/** A reason to keep a worktree. */
export type KeepReason =
  | WorktreeFinding
  /** Its agent is declared, and was not named. */
  | { readonly kind: "declared" }
  /** Its agent is not declared, but the fleet still has it, because nobody has applied that. */
  | { readonly kind: "not-applied" }
  /** The unit of its agent is not stopped; `active` is systemd's word. */
  | { readonly kind: "running"; readonly active: string };

/** The agent of a worktree, as far as it decides. */
export interface AgentFacts {
  readonly isDeclared: boolean;
  /** True if the command line names the agent. */
  readonly isNamed: boolean;
  /** True if the fleet has files of the agent. */
  readonly isInstalled: boolean;
  /** The state of its unit in systemd's word; undefined if systemd does not know it. */
  readonly active: string | undefined;
}

/** States of a unit without processes and without a pending restart. */
const ended: ReadonlySet<string | undefined> = new Set([undefined, "inactive", "failed"]);

/** Returns the reasons to keep a worktree that come from its agent. Pure. */
export function agentReasons({
  isDeclared,
  isNamed,
  isInstalled,
  active,
}: AgentFacts): readonly KeepReason[] {
  if (isDeclared && !isNamed) return [{ kind: "declared" }];
  const reasons: KeepReason[] = [];
  if (!isDeclared && isInstalled) reasons.push({ kind: "not-applied" });
  if (active !== undefined && !ended.has(active)) reasons.push({ kind: "running", active });
  return reasons;
}

/** Returns the reasons to keep a worktree that come from its content. `unpushed` allows commits its branch keeps. Pure. */
export function contentReasons(
  findings: readonly WorktreeFinding[],
  { unpushed }: { readonly unpushed: boolean },
): readonly KeepReason[] {
  return findings.filter(({ kind }) => kind !== "unpushed" || !unpushed);
}

/** A worktree to remove or to keep; after a run, a removed one or a failure. */
export interface PrunedWorktree extends Pick<Worktree, "agent" | "isDeclared" | "repo" | "path" | "branch"> {
  readonly outcome:
    | { readonly kind: "would-remove"; readonly backups: readonly string[] }
    | { readonly kind: "removed"; readonly backups: readonly string[] }
    | { readonly kind: "kept"; readonly reasons: readonly KeepReason[] }
    | { readonly kind: "failed"; readonly diagnostics: readonly Diagnostic[] };
}

/** Returns the reference that keeps a commit known to the reflog of a worktree alone. */
export function backupRef(agent: string, commit: string): string {
  return `refs/mosaic-fleet/${agent}/${commit}`;
}
