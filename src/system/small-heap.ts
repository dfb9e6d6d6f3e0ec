import { setFlagsFromString } from "node:v8";

/** The flags of V8 for a small heap, and their usual values. --optimize-for-size sets --max-semi-space-size too. */
const flags = {
  small: ["--semi-space-growth-factor=1", "--optimize-for-size"],
  usual: ["--semi-space-growth-factor=2", "--no-optimize-for-size", "--max-semi-space-size=0"],
} as const;

/** The launcher has a copy of this module in a bundle of its own, so the state is a property of the process. */
const isSmall = Symbol.for("mosaic-fleet.small-heap");

/**
 * Makes V8 prefer a small heap to a fast one, for a process that mostly waits. Measured with node 20 and 100
 * agents: after 20 edits 79 MB resident instead of 116 to 127, with the same processor time. Call it early,
 * because it only affects later allocations.
 */
export function keepHeapSmall(): void {
  set("small");
  Reflect.set(globalThis, isSmall, true);
}

/**
 * Returns the result of `load` with V8's usual flags. V8 rejects compiled code of a process with other flags, so a
 * process with a small heap would compile all code that it loads later (measured: 9.1 ms instead of 2.1 for the parser).
 */
export function withUsualHeap<Result>(load: () => Result): Result {
  if (!Reflect.has(globalThis, isSmall)) return load();
  set("usual");
  try {
    return load();
  } finally {
    set("small");
  }
}

function set(heap: keyof typeof flags): void {
  for (const flag of flags[heap]) setFlagsFromString(flag);
}
