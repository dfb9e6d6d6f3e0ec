import { readdirSync, readlinkSync } from "node:fs";
import { listReadableFolder } from "../../drivers/files/read.ts";
import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";
import type { ProcessInside } from "../../worktrees/worktree.ts";

/**
 * Returns the processes whose working directory, program or open file is in one of these folders, by the folder. Paths are
 * real. The links of another account's process cannot be read.
 */
export function processesInside(folders: readonly string[]): ReadonlyMap<string, readonly ProcessInside[]> {
  const found = new Map<string, ProcessInside[]>();
  if (folders.length === 0) return found;
  for (const name of listReadableFolder("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const targets = linksOf(`/proc/${name}`);
    for (const folder of folders) {
      const isInside = (path: string): boolean => path === folder || path.startsWith(`${folder}/`);
      if (!targets.some(isInside)) continue;
      const comm = (readKernelFile(`/proc/${name}/comm`) ?? "").trimEnd();
      found.set(folder, [...(found.get(folder) ?? []), { pid: Number(name), name: comm }]);
    }
  }
  return found;
}

function linksOf(process: string): readonly string[] {
  const targets = ["cwd", "root", "exe"].map((name) => target(`${process}/${name}`));
  try {
    for (const name of readdirSync(`${process}/fd`)) targets.push(target(`${process}/fd/${name}`));
  } catch {
    // It has ended, or is of another account.
  }
  // A kernel without a path for it says what it is: socket:[1], and root is a plain slash.
  return targets.filter((path) => path.length > 1 && path.startsWith("/"));
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}
