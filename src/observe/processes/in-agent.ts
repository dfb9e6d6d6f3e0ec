import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";

/** Returns true if this process belongs to an agent of any fleet. */
export function isInAgent(): boolean {
  return /-agent@[^/]+\.service(?:\/|$)/m.test(readKernelFile("/proc/self/cgroup") ?? "");
}
