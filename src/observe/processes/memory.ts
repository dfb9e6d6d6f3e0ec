import { controlGroupOf, readControlGroup } from "./control-group.ts";

/** Memory of the control group in which a process runs, bytes; undefined where the kernel does not account for it. */
export function memoryOf(pid: number): number | undefined {
  const group = controlGroupOf(pid);
  const current = group === undefined ? undefined : readControlGroup(group, "memory.current");
  return current === undefined ? undefined : Number(current);
}
