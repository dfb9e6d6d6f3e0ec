import { holderDir, type Layout } from "../../desired/layout.ts";
import type { Turn } from "../../desired/pace.ts";
import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";
import { readContent } from "../../drivers/files/read.ts";

/**
 * Returns the time until one more agent may start in each of these groups, ms, by the last starts the start script has
 * noted. Reads a file for each group.
 */
export function turnInMs(turns: readonly Turn[], layout: Pick<Layout, "runtimeDir" | "holderUnit">): number {
  const uptimeMs = Number.parseFloat(readKernelFile("/proc/uptime") ?? "") * 1000;
  const waits = turns.map(({ group, parallel, intervalMs }) => {
    const text = readContent(`${holderDir(layout)}/turn-${group}`) ?? "";
    const [, ...times] = text.trim().split(" ").map(Number);
    const before = times.at(-parallel);
    if (before === undefined) return 0;
    const leftMs = before * 10 + intervalMs - uptimeMs;
    // As in the start script: a time that cannot be one of this boot counts for nothing.
    return leftMs > 0 && leftMs <= intervalMs ? leftMs : 0;
  });
  return Math.max(0, ...waits);
}
