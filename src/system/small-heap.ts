import { setFlagsFromString } from "node:v8";

/**
 * Makes V8 prefer a small heap to a fast one, for a process that mostly waits. Measured with node 20 and 100
 * agents: after 20 edits 79 MB resident instead of 116 to 127, with the same processor time. Call it early,
 * because it only affects later allocations.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--optimize-for-size");
}
