import { join } from "node:path/posix";
import { readPath } from "../drivers/files/read.ts";

/** Where the v2 tree is mounted: alone, or beside the v1 hierarchies. */
const mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

/** Memory of the control group in which a process runs, bytes; undefined where the kernel does not account for it. */
export function memoryOf(pid: number): number | undefined {
  const cgroup = readPath(`/proc/${pid}/cgroup`);
  const path = cgroup?.kind === "file" ? /^0::(.*)$/m.exec(cgroup.content)?.[1] : undefined;
  if (path === undefined) return undefined;
  for (const mount of mounts) {
    const current = readPath(join(mount, path, "memory.current"));
    if (current?.kind === "file") return Number(current.content);
  }
  return undefined;
}
