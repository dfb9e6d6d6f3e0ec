import { readdirSync, readlinkSync } from "node:fs";
import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";
import { listReadableFolder } from "../../drivers/files/read.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import { readLockHolder } from "../../observe/watch/lock-holder.ts";
import { handedVariable } from "../../system/child/handed-locks.ts";
import { signalProcess } from "../../system/child/signal-process.ts";
import { isWriteLocked } from "../../system/flock.ts";

/**
 * Ends the calls to systemd and tmux a killed run has left behind with its lock, and returns true if there were any. A
 * request systemd has got already goes on without its systemctl, and the next observation shows it as a job. A later
 * one would meet the work of the next run: it would restart an agent a second time.
 */
export function endOrphanedCalls(path: string): boolean {
  if (readLockHolder(path) !== undefined) return false;
  const calls = orphanedCalls(realPath(path));
  // Each call leads a process group of its own.
  for (const pid of calls) signalProcess(-pid, "SIGKILL");
  return calls.length > 0;
}

/** Returns the processes that have the lock at this real path from a run that has ended. */
function orphanedCalls(path: string): readonly number[] {
  const variable = `${handedVariable}=1`;
  return listReadableFolder("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => (readKernelFile(`/proc/${pid}/environ`) ?? "").split("\0").includes(variable))
    .filter((pid) => hasLock(pid, path) && !hasLock(parentOf(pid), path));
}

/** Returns true if a process has the open file of a held lock at this path (proc(5), fdinfo). */
function hasLock(pid: number, path: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((file) => {
      if (linkOf(`/proc/${pid}/fd/${file}`) !== path) return false;
      return isWriteLocked(readKernelFile(`/proc/${pid}/fdinfo/${file}`) ?? "");
    });
  } catch {
    return false; // it has ended, or is of another account
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed in between
  }
}

/** Returns the parent of a process; 0 if it has ended. */
function parentOf(pid: number): number {
  return Number(readKernelFile(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ")[1] ?? 0);
}
