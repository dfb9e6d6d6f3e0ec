import type { WaitingValue } from "../../diffs/plan/waiting-values.ts";

/** A running value of an agent to be replaced at its next start; secrets are masked. */
export interface ValueJson {
  /** The field of fleet.yaml, such as `command` and `env.MODEL`. */
  readonly field: string;
  /** Null if the running agent does not have it. */
  readonly running: string | null;
  /** Null if the next start does not have it. */
  readonly next: string | null;
}

/** Returns a waiting value as its documented JSON object. */
export function valueJson({ field, running, next }: WaitingValue): ValueJson {
  return { field, running: running ?? null, next: next ?? null };
}
