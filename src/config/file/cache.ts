import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { makeFolders, firstExisting } from "../../drivers/files/make-folders.ts";
import { temporaryBeside } from "../../drivers/files/temporary.ts";
import type { FleetConfig } from "../types.ts";
import type { IncludedFile } from "./included-files.ts";
import { learnDigests, newDigests, type KnownDigests } from "../../text/digests/known-digests.ts";

/**
 * The last valid configuration of each fleet file. It saves loading the YAML parser and the schema for an
 * unchanged file: for 100 agents they take most of the time of a plan (measured on a busy machine: 530 ms
 * with, 310 ms without). It is only a shortcut: an entry counts if the same reader made it from the same
 * text, and any problem with it is ignored. An entry determines the agents' commands, so it counts only if no
 * other account can have written it.
 */
export interface ConfigCache {
  readonly read: () => KnownFleet | undefined;
  readonly write: (known: KnownFleet) => void;
  /** Adds the new digests of this run to the entry, if there are any: the next run then needs no crypto. */
  readonly keepDigests: (known: KnownFleet) => void;
}

/** A configuration, with the included files it is made of. An entry counts only if their texts are the same. */
export interface KnownFleet {
  readonly config: FleetConfig;
  readonly included: readonly IncludedFile[];
}

/** A digest of everything in src/config; the build inserts it. Unbuilt sources have no cache. */
const reader = process.env.MOSAIC_FLEET_CONFIG_READER;

/** Returns the cache entry for one fleet file with this text. `cacheHome` is $XDG_CACHE_HOME, or ~/.cache. */
export function configCache(cacheHome: string, file: string, text: string): ConfigCache {
  if (reader === undefined) return noCache;
  const whole = resolve(file);
  const path = join(cacheHome, "mosaic-fleet", `${entryName(whole)}.json`);
  // The text itself and not its digest: comparing it takes less time than loading node's crypto.
  const key = JSON.stringify([reader, whole, text]);
  const keysOfFile = `${JSON.stringify([reader, whole]).slice(0, -1)},`;
  return {
    read() {
      const entry = readEntry(path, keysOfFile);
      // Also those of an earlier text: an edit leaves most of them.
      learnDigests(entry?.digests ?? []);
      return entry?.key === key ? entry : undefined;
    },
    write: (known) => writeEntry(path, { ...known, key, digests: [] }),
    keepDigests(known) {
      const digests = newDigests();
      if (digests !== undefined) writeEntry(path, { ...known, key, digests });
    },
  };
}

const noCache: ConfigCache = { read: () => undefined, write: () => undefined, keepDigests: () => undefined };

/** Returns the name of a file's entry. Two files may have the same name: then each replaces the entry of the other. */
function entryName(file: string): string {
  return seeds.map((seed) => spread(file, seed).toString(16).padStart(8, "0")).join("");
}

const seeds = [0x811c9dc5, 0x1b873593, 0x85ebca6b, 0xc2b2ae35];

/** Returns a number of 32 bits for a text: FNV-1a with another beginning. */
function spread(text: string, seed: number): number {
  let sum = seed;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}

interface CacheEntry extends KnownFleet {
  readonly key: string;
  readonly digests: KnownDigests;
}

/** Returns the entry if this account wrote it and its key begins so, else undefined. */
export function readEntry(path: string, keyBeginning: string): CacheEntry | undefined {
  try {
    if (!isOurFolder(dirname(path))) return undefined;
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile() || !isOursAlone(stat)) return undefined;
      const entry = JSON.parse(readFileSync(file, "utf8")) as CacheEntry;
      return entry.key.startsWith(keyBeginning) ? entry : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/**
 * Writes an entry with mode 0600, because fleet.yaml may hold secrets. Writes nothing to a folder with other writers,
 * and nothing below another user's folder: root with the HOME of another user would leave files there and lock that
 * user out.
 */
export function writeEntry(path: string, entry: CacheEntry): void {
  try {
    if (lstatSync(firstExisting(dirname(path))).uid !== process.getuid?.()) return;
    makeFolders(dirname(path), 0o700);
    if (!isOurFolder(dirname(path))) return;
    const temporary = temporaryBeside(path);
    try {
      writeFileSync(temporary, JSON.stringify(entry), { mode: 0o600, flag: "wx" });
      renameSync(temporary, path);
    } catch {
      rmSync(temporary, { force: true });
    }
  } catch {
    // A read-only home is no reason not to plan.
  }
}

function isOurFolder(path: string): boolean {
  const stat = lstatSync(path);
  return stat.isDirectory() && isOursAlone(stat);
}

/** Returns true for our own files: they are 0700 and 0600, whatever the umask. */
function isOursAlone({ uid, mode }: Stats): boolean {
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}
