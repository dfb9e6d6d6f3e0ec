import { join } from "node:path/posix";
import { readPath } from "../../drivers/files/read.ts";

/** Where the v2 tree is mounted: alone, or beside the v1 hierarchies. */
const mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

/**
 * The control group of the unit in which a process runs, as in /proc/PID/cgroup; undefined where there is no such
 * process, or no v2 tree. Of a delegated unit, systemd runs the start script in a child group (systemd.resource-control(5), Delegate=).
 */
export function controlGroupOf(pid: number): string | undefined {
  const cgroup = readPath(`/proc/${pid}/cgroup`);
  const path = cgroup?.kind === "file" ? /^0::(.*)$/m.exec(cgroup.content)?.[1] : undefined;
  return path?.replace(/\/\.control$/, "");
}

/** A file of a control group, such as `memory.current`; undefined where the kernel has none. */
export function readControlGroup(group: string, file: string): string | undefined {
  for (const mount of mounts) {
    const found = readPath(join(mount, group, file));
    if (found?.kind === "file") return found.content;
  }
  return undefined;
}
