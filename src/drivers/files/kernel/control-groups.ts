import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path/posix";

/** Returns the folder of the unified tree of control groups, which a hybrid hierarchy has in a folder of its own. */
export function unifiedTree(): string {
  const hybrid = "/sys/fs/cgroup/unified";
  return existsSync(`${hybrid}/cgroup.procs`) ? hybrid : "/sys/fs/cgroup";
}

/**
 * Returns true if a process may move its children from one group to the other: it must be able to write to the
 * `cgroup.procs` of the target and of their nearest common group (cgroups(7), "Delegation containment").
 */
export function canMove(tree: string, from: string, to: string): boolean {
  let common = to;
  while (common !== "/" && from !== common && !from.startsWith(`${common}/`)) common = dirname(common);
  try {
    for (const group of [common, to]) accessSync(`${tree}${group}/cgroup.procs`, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
