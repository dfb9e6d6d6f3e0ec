import type { Sandbox } from "../rig/sandbox.ts";

/** Returns the processor time of a process itself, ms. */
export async function processorMs(box: Sandbox, pid: number): Promise<number> {
  const [stat = "", ticks] = (await box.sh(`cat /proc/${pid}/stat; getconf CLK_TCK`)).split("\n");
  // proc(5): utime and stime are the fields 14 and 15, and the first field after the name in () is field 3.
  const [utime, stime] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(14 - 3);
  return ((Number(utime) + Number(stime)) * 1_000) / Number(ticks);
}
