import { exists, listReadableFolder } from "../../drivers/files/read.ts";
import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";
import { unifiedGroupIn } from "../../machine/control-groups.ts";

/** The mount points of the v2 tree: alone, or next to the v1 hierarchies. */
const mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] as const;

/** The one this machine has, after the first question. */
let mount: string | undefined;

/**
 * Returns the control group of a process's unit, as in /proc/PID/cgroup; undefined without such a process or
 * a v2 tree. systemd runs the start script of a delegated unit in a child group (systemd.resource-control(5),
 * Delegate=).
 */
export function controlGroupOf(pid: number): string | undefined {
  const groups = readKernelFile(`/proc/${pid}/cgroup`);
  const path = groups === undefined ? undefined : unifiedGroupIn(groups);
  return path?.replace(/\/\.control$/, "");
}

/** Reads a file of a control group, such as `memory.current`; undefined if the kernel has none. */
export function readControlGroup(group: string, file: string): string | undefined {
  const path = `${groupPath(group)}/${file}`;
  // An exception for each absent file takes several times as long as this question.
  return exists(path) ? readKernelFile(path) : undefined;
}

/** Returns the names in a control group: those of the groups in it, and of its files. */
export function namesInControlGroup(group: string): ReadonlySet<string> {
  return new Set(listReadableFolder(groupPath(group)));
}

function groupPath(group: string): string {
  mount ??= mounts.find((each) => exists(`${each}/cgroup.controllers`)) ?? mounts[0];
  return `${mount}${group}`;
}

/** Returns true if this process belongs to an agent of any fleet. */
export function isInAgent(): boolean {
  return /-agent@[^/]+\.service(?:\/|$)/m.test(readKernelFile("/proc/self/cgroup") ?? "");
}
