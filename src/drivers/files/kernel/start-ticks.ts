import { readKernelFile } from "./read-kernel.ts";

/**
 * Returns the start time of a process, in ticks since boot (proc(5), field 22 of stat); undefined if it does
 * not run. It tells processes apart, because the kernel uses their numbers again.
 */
export function startTicks(pid: number): string | undefined {
  return readKernelFile(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ")[19];
}
