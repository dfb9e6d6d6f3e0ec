import { setFlagsFromString } from "node:v8";

/**
 * Has V8 prefer a small heap to a fast one, for a process that mostly waits. Measured with node 20 and 100 agents: after
 * 20 edits 79 MB resident instead of 116 to 127, with the same processor time. Only what is allocated from then on counts,
 * so it is to be called early.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--optimize-for-size");
}
