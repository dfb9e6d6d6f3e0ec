import { sha256 } from "./digest.ts";

/** Texts with their whole digests. */
export type KnownDigests = readonly (readonly [text: string, digest: string])[];

/** The digests of a run, and those that an earlier run has handed to it. */
export interface DigestMemory {
  /** Returns true for the digest of a text. An earlier run may know it. A text with another digest is not kept. */
  readonly confirms: (text: string, digest: string) => boolean;
  /** Adds digests of an earlier run. */
  readonly learn: (known: KnownDigests) => void;
  /**
   * Returns the same as `digest`. Takes it from an earlier run if possible. `name` stands for a text that no run of this
   * program changes.
   */
  readonly recurring: (text: string, digits?: 8 | 16, name?: string) => string;
  /** Returns the digests of this run, if some are new since the last call and there are not too many. */
  readonly fresh: () => KnownDigests | undefined;
}

/** The longest texts kept together, UTF-16 code units. Reading more takes longer than loading node's crypto. */
const most = 200_000;

/** The beginning of a key with a name: half of a character, which no file contains, and so no text. */
const named = "\uD800";

/** Returns a memory without digests. */
export function digestMemory(): DigestMemory {
  const given = new Map<string, string>();
  /** Undefined once there are too many. */
  let used: Map<string, string> | undefined = new Map();
  let length = 0;
  let isNew = false;
  const wholeOf = (key: string): string | undefined => used?.get(key) ?? given.get(key);
  const keepDigest = (key: string, whole: string, isKnown: boolean): void => {
    isNew ||= !isKnown;
    // The few texts with names are the longest: a watch of many agents, and a test of many fleets, hash them once.
    if (key.startsWith(named)) given.set(key, whole);
    if (used === undefined || used.has(key)) return;
    length += key.length;
    if (length <= most) used.set(key, whole);
    else used = undefined;
  };
  return {
    confirms(text, wanted) {
      const before = wholeOf(text);
      const whole = before ?? sha256(text);
      const isTrue = whole.slice(0, 16) === wanted;
      if (isTrue) keepDigest(text, whole, before !== undefined);
      return isTrue;
    },
    learn(known) {
      for (const [text, whole] of known) given.set(text, whole);
    },
    recurring(text, digits = 16, name) {
      const key = name === undefined ? text : `${named}${name}`;
      const before = wholeOf(key);
      const whole = before ?? sha256(text);
      keepDigest(key, whole, before !== undefined);
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

/**
 * Returns the digest of a text of this program no fleet.yaml changes. The cache keeps `name` in its place: the start
 * script alone made an entry of 130 kB. The name must contain everything the text depends on, except the files in
 * units/ and src/desired/files/: an entry of another build of these does not count.
 */
export function namedDigest(name: string, text: string, digits: 8 | 16 = 16): string {
  return memory.recurring(text, digits, name);
}

/**
 * Returns true if this is the digest of a text from a file of the fleet, in its first 16 digits. The next run knows it
 * without node's crypto, if it is. The texts of others are not kept.
 */
export function confirmsDigest(text: string, wanted: string): boolean {
  return memory.confirms(text, wanted);
}

/** Returns the digests of this process for the next run, if some are new since the last call. */
export function newDigests(): KnownDigests | undefined {
  return memory.fresh();
}
