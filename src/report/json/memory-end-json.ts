import type { MemoryEnd } from "../../observed/types.ts";

/** The end of the last run after the kernel had killed a process of the agent, because memory ran out. */
export interface MemoryEndJson {
  /** The time in ISO 8601. */
  readonly at: string;
  /** The limit it reached; null if the memory of the machine, or of a group above, ran out. */
  readonly limitBytes: number | null;
}

/** Returns such an end as its documented JSON object. */
export function memoryEndJson({ atMs, limitBytes }: MemoryEnd): MemoryEndJson {
  return { at: new Date(atMs).toISOString(), limitBytes: limitBytes ?? null };
}
