import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync, renameSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { FleetConfig } from "./types.ts";

/**
 * The last valid configuration of each fleet file, so that a file that did not change loads neither the YAML parser
 * nor the schema: of 100 agents they take most of the time of a plan (measured on a busy machine: 530 ms with, 310 ms without).
 * It is only ever a shortcut: an entry counts if it was made of the very same text by the very same reader, and
 * whatever goes wrong with it is passed over.
 */
export interface ConfigCache {
  readonly read: () => FleetConfig | undefined;
  readonly write: (config: FleetConfig) => void;
}

/** Replaced by the build with a digest of everything in src/config. Sources that run unbuilt have no cache. */
const reader = process.env.MOSAIC_FLEET_CONFIG_READER;

/** The cache entry for one fleet file with this text. `cacheHome` is $XDG_CACHE_HOME, or ~/.cache. */
export function configCache(cacheHome: string, file: string, text: string): ConfigCache {
  if (reader === undefined) return { read: () => undefined, write: () => undefined };
  const path = join(cacheHome, "mosaic-fleet", `${sha256(resolve(file)).slice(0, 32)}.json`);
  const key = sha256(`${reader}\n${text}`);
  return { read: () => readEntry(path, key), write: (config) => writeEntry(path, { key, config }) };
}

interface Entry {
  readonly key: string;
  readonly config: FleetConfig;
}

function readEntry(path: string, key: string): FleetConfig | undefined {
  try {
    const entry = JSON.parse(readFileSync(path, "utf8")) as Entry;
    return entry.key === key ? entry.config : undefined;
  } catch {
    return undefined;
  }
}

/** 0600, for fleet.yaml may hold secrets. */
function writeEntry(path: string, entry: Entry): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(entry), { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    // A home that cannot be written to is no reason not to plan.
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
