import { sha256 } from "./digest.ts";

/** Texts with their whole digests. */
export type KnownDigests = readonly (readonly [text: string, digest: string])[];

/** The digests of a run, and those that an earlier run has handed to it. */
export interface DigestMemory {
  /** Adds digests of an earlier run. */
  readonly learn: (known: KnownDigests) => void;
  /** Returns the same as `digest`. Takes it from an earlier run if possible. */
  readonly recurring: (text: string, digits?: 8 | 16) => string;
  /** Returns the digests of this run, if some are new since the last call and there are not too many. */
  readonly fresh: () => KnownDigests | undefined;
}

/** The longest texts kept together, UTF-16 code units. Reading more takes longer than loading node's crypto. */
const most = 200_000;

/** Returns a memory without digests. */
export function digestMemory(): DigestMemory {
  const given = new Map<string, string>();
  /** Undefined once there are too many. */
  let used: Map<string, string> | undefined = new Map();
  let length = 0;
  let isNew = false;
  return {
    learn(known) {
      for (const [text, whole] of known) given.set(text, whole);
    },
    recurring(text, digits = 16) {
      const before = used?.get(text) ?? given.get(text);
      const whole = before ?? sha256(text);
      isNew ||= before === undefined;
      if (used !== undefined && !used.has(text)) {
        length += text.length;
        if (length <= most) used.set(text, whole);
        else used = undefined;
      }
      return whole.slice(0, digits);
    },
    fresh() {
      if (!isNew || used === undefined) return undefined;
      isNew = false;
      return [...used];
    },
  };
}

/** The memory of this process. */
const memory = digestMemory();

/** Adds the digests of an earlier run to those of this process. */
export function learnDigests(known: KnownDigests): void {
  memory.learn(known);
}

/**
 * Returns the digest of a text that follows from fleet.yaml and this program, and so recurs in the next run. Not
 * for the content of other files, because the texts are kept.
 */
export function recurringDigest(text: string, digits: 8 | 16 = 16): string {
  return memory.recurring(text, digits);
}

/** Returns the digests of this process for the next run, if some are new since the last call. */
export function newDigests(): KnownDigests | undefined {
  return memory.fresh();
}
