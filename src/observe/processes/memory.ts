import { controlGroupOf, readControlGroup } from "./control-group.ts";

/**
 * Returns the memory of a process's control group, bytes; undefined if the kernel does not account for it.
 */
export function memoryOf(pid: number): number | undefined {
  const group = controlGroupOf(pid);
  const current = group === undefined ? undefined : readControlGroup(group, "memory.current");
  return current === undefined ? undefined : Number(current);
}
