import { setFlagsFromString } from "node:v8";

/** Flags of V8 for a purpose, and their usual values. --optimize-for-size sets --max-semi-space-size too. */
const purposes = {
  smallHeap: {
    set: ["--semi-space-growth-factor=1", "--optimize-for-size"],
    usual: ["--semi-space-growth-factor=2", "--no-optimize-for-size", "--max-semi-space-size=0"],
  },
  // The usual value is that of V8 11.3: see optimizeLate.
  lateOptimization: { set: ["--interrupt-budget=2000000"], usual: ["--interrupt-budget=67584"] },
} as const;

type FlagPurpose = keyof typeof purposes;

/** The launcher has a copy of this module in a bundle of its own, so the state is a property of the process. */
const chosenFlags = Symbol.for("mosaic-fleet.v8-flags");

/**
 * Makes V8 prefer a small heap to a fast one, for a process that mostly waits. Measured with node 20 and 100
 * agents: after 20 edits 79 MB resident instead of 116 to 127, with the same processor time. Call it early,
 * because it only affects later allocations.
 */
export function keepHeapSmall(): void {
  chooseFor("smallHeap");
}

/**
 * Makes V8 wait 30 times as long before it optimizes a function, on node 20. A plan of 1,000 agents ends before it gains
 * from such work. This work takes a third of its processor time on up to four threads (measured). A run of some seconds still
 * has its code optimized. Call it when most code is loaded: V8 rejects node's own compiled code with other flags, too.
 * Returns true if V8 has not waited before.
 */
export function optimizeLate(v8 = process.versions.v8): boolean {
  if (!v8.startsWith("11.3.") || chosenPurposes().includes("lateOptimization")) return false;
  chooseFor("lateOptimization");
  return true;
}

/** Takes optimizeLate back. */
export function optimizeAsUsual(): void {
  if (!chosenPurposes().includes("lateOptimization")) return;
  set("lateOptimization", "usual");
  Reflect.set(
    globalThis,
    chosenFlags,
    chosenPurposes().filter((purpose) => purpose !== "lateOptimization"),
  );
}

/**
 * Returns the result of `load` with V8's usual flags. V8 rejects compiled code of a process with other flags, so the
 * process would compile all code it loads later (measured: 9.1 ms instead of 2.1 for the parser).
 */
export function withUsualFlags<Result>(load: () => Result): Result {
  const all = chosenPurposes();
  if (all.length === 0 || isUsual) return load();
  isUsual = true;
  for (const purpose of all) set(purpose, "usual");
  try {
    return load();
  } finally {
    for (const purpose of all) set(purpose, "set");
    isUsual = false;
  }
}

/** True while a file is loaded, which may load another one. */
let isUsual = false;

function chooseFor(purpose: FlagPurpose): void {
  set(purpose, "set");
  Reflect.set(globalThis, chosenFlags, [...chosenPurposes(), purpose]);
}

function chosenPurposes(): readonly FlagPurpose[] {
  return (Reflect.get(globalThis, chosenFlags) as readonly FlagPurpose[] | undefined) ?? [];
}

function set(purpose: FlagPurpose, value: "set" | "usual"): void {
  for (const flag of purposes[purpose][value]) setFlagsFromString(flag);
}
