import { join } from "node:path/posix";
import type { Layout } from "../../desired/layout.ts";
import type { DiagnosticCode, Result } from "../../diagnostics/diagnostic.ts";
import { removeWorktree } from "../../drivers/git/remove-worktree.ts";
import { exists } from "../../drivers/files/read.ts";
import { findWorktree, type FoundWorktree } from "../../observe/worktrees/find-worktrees.ts";
import { inspectWorktree } from "../../observe/worktrees/inspect-worktree.ts";
import { processesInside } from "../../observe/worktrees/processes-inside.ts";
import { timeoutFactor, type Exec } from "../../system/exec.ts";
import { takeLock } from "../../system/flock.ts";
import { backupRef, contentReasons, type KeepReason, type PrunedWorktree } from "../../worktrees/prune.ts";
import { ownLock } from "../../worktrees/worktree.ts";

/** Everything for the removal of a worktree. */
export interface Pruning {
  readonly exec: Exec;
  readonly layout: Layout;
  readonly uid: number;
  /** True for a worktree with commits that only its branch has. */
  readonly unpushed: boolean;
  /** Returns the reasons that come from the agent, as it is now. */
  readonly agentReasons: (agent: string) => Promise<Result<readonly KeepReason[]>>;
}

/** Longest wait for an agent of the same repository whose worktree is being made, ms. */
const lockTimeoutMs = 30_000;

type PruneFailure = Extract<Result<unknown>, { readonly ok: false }>;

/** The outcome of a prune, with the branch that stays. */
type Pruned = Pick<PrunedWorktree, "branch" | "outcome">;

/**
 * Removes a worktree if nothing is lost with it. Holds the lock under which worktrees of the repository are made, and checks
 * everything right before the removal, whatever an earlier look has found.
 */
export async function pruneWorktree(found: FoundWorktree, work: Pruning): Promise<Pruned> {
  if (found.state.kind !== "there") return judge(found, work);
  const path = join(found.state.common, "mosaic-worktree.lock");
  const lock = await takeLock(path, { timeoutMs: lockTimeoutMs, factor: timeoutFactor(process.env) });
  if (lock === "locked" || lock === "interrupted")
    return failedPrune(pruneFailure("locked", "another agent of its repository is being started"));
  if ("error" in lock)
    return failedPrune(pruneFailure("lock-unusable", `${path} cannot be locked`, lock.error));
  try {
    const now = await findWorktree(found, work.layout, work.exec);
    if (now === undefined)
      return failedPrune(pruneFailure("incomplete", "somebody else has just removed it"));
    return await judge(now, work, removeCleanWorktree);
  } finally {
    lock.release();
  }
}

/** Returns the judgement of a worktree, as it is now, without a lock. Removes nothing. */
export function judgeWorktree(found: FoundWorktree, work: Pruning): Promise<Pruned> {
  return judge(found, work);
}

/** A function that removes a worktree after its checks. */
type Remove = (
  found: FoundWorktree,
  more: { readonly backups: ReadonlyMap<string, string>; readonly leftovers: readonly string[] },
  work: Pruning,
) => Promise<PrunedWorktree["outcome"]>;

async function judge(found: FoundWorktree, work: Pruning, act?: Remove): Promise<Pruned> {
  const { exec, layout, uid, unpushed } = work;
  const { agent, place } = found;
  const inspected = await inspectWorktree(found, {
    exec,
    fleet: layout.fleet,
    uid,
    inside: () => processesInside([place]).get(place) ?? [],
    isThorough: true,
  });
  const { branch } = inspected;
  // Last, and without a pause before the removal: an agent may just have been started by hand.
  const own = await work.agentReasons(agent);
  if (!own.ok) return { ...failedPrune(own), branch };
  const reasons = [...own.value, ...contentReasons(inspected.findings, { unpushed })];
  if (reasons.length > 0) return { branch, outcome: { kind: "kept", reasons } };
  const backups = new Map(inspected.onlyHere.map((commit) => [backupRef(agent, commit), commit]));
  if (act === undefined) return { branch, outcome: { kind: "would-remove", backups: [...backups.keys()] } };
  return { branch, outcome: await act(found, { backups, leftovers: inspected.leftovers }, work) };
}

const removeCleanWorktree: Remove = async ({ agent, place, state }, { backups, leftovers }, { exec }) => {
  if (state.kind !== "there") return { kind: "kept", reasons: [state] };
  const { admin, common } = state;
  const lock = exists(join(admin, "locked")) ? ownLock(agent) : undefined;
  const removed = await removeWorktree(exec, { common, place, lock, backups, leftovers });
  return removed.ok
    ? { kind: "removed", backups: [...backups.keys()] }
    : { kind: "failed", diagnostics: removed.diagnostics };
};

function pruneFailure(code: DiagnosticCode, summary: string, detail?: string): PruneFailure {
  return { ok: false, diagnostics: [{ severity: "error", code, summary, detail }] };
}

function failedPrune({ diagnostics }: PruneFailure): Pruned {
  return { branch: undefined, outcome: { kind: "failed", diagnostics } };
}
