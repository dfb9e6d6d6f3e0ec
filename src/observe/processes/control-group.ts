import { join } from "node:path/posix";
import { readPath } from "../../drivers/files/read.ts";

/** The mount points of the v2 tree: alone, or next to the v1 hierarchies. */
const mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

/**
 * Returns the control group of a process's unit, as in /proc/PID/cgroup; undefined without such a process or
 * a v2 tree. systemd runs the start script of a delegated unit in a child group (systemd.resource-control(5),
 * Delegate=).
 */
export function controlGroupOf(pid: number): string | undefined {
  const cgroup = readPath(`/proc/${pid}/cgroup`);
  const path = cgroup?.kind === "file" ? /^0::(.*)$/m.exec(cgroup.content)?.[1] : undefined;
  return path?.replace(/\/\.control$/, "");
}

/** Reads a file of a control group, such as `memory.current`; undefined if the kernel has none. */
export function readControlGroup(group: string, file: string): string | undefined {
  for (const mount of mounts) {
    const found = readPath(join(mount, group, file));
    if (found?.kind === "file") return found.content;
  }
  return undefined;
}
