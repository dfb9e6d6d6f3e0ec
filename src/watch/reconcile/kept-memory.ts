import type { Tell, WatchEvent } from "../../events/watch-events.ts";
import { emptyMemory, type Memory, type Remembered } from "./memory.ts";

/** The one place of a watch's memory. Every change of it is a pure step, and its events are reported at once. */
export interface KeptMemory {
  readonly memory: () => Memory;
  /** Takes the memory after something. */
  readonly keep: (memory: Memory) => void;
  /** Takes the memory after something, and reports its events. */
  readonly remember: (after: Remembered) => void;
  readonly tell: (...events: readonly WatchEvent[]) => void;
}

/** Opens the memory of a new watch. */
export function openMemory(report: Tell): KeptMemory {
  let memory = emptyMemory;
  const reportAll = (...events: readonly WatchEvent[]): void => events.forEach((event) => report(event));
  return {
    memory: () => memory,
    keep(after) {
      memory = after;
    },
    remember(after) {
      ({ memory } = after);
      reportAll(...after.events);
    },
    tell: reportAll,
  };
}
