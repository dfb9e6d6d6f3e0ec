import { readFileSync } from "node:fs";

/**
 * Returns a function for the time since now, ms. Unlike the clock of node, it counts a sleep of the machine: by the
 * time since the boot (CLOCK_BOOTTIME, proc_uptime(5)), and by the wall clock, because a virtual machine sets it
 * again after a stop. The longest of them counts.
 */
export function elapsedFromNow(): () => number {
  const clocks = [() => performance.now(), () => Date.now(), () => sinceBootMs()];
  const began = clocks.map((clock) => clock());
  return () => Math.max(...clocks.map((clock, at) => clock() - (began[at] ?? 0)));
}

function sinceBootMs(): number {
  try {
    return Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000 || 0;
  } catch {
    return 0;
  }
}
