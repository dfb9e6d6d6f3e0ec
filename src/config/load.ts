import { join, resolve } from "node:path";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { configCache } from "./cache.ts";
import { readText } from "./read-text.ts";
import type { FleetConfig } from "./types.ts";

/** Where to look for fleet.yaml. */
export interface FleetLocation {
  /** As given with `--file`; then nothing else is looked at. */
  readonly path?: string | undefined;
  /** Absolute: what relative paths are relative to. By default the working directory of the process. */
  readonly cwd?: string | undefined;
  /** Absolute: $XDG_CONFIG_HOME, or ~/.config. */
  readonly configHome: string;
  /** Absolute: $XDG_CACHE_HOME, or ~/.cache. Nothing is cached where it is left out. */
  readonly cacheHome?: string | undefined;
}

export interface LoadedFleet {
  readonly config: FleetConfig;
  /** The path to show: as given, `fleet.yaml`, or the absolute one below the configuration directory. */
  readonly file: string;
  readonly text: string;
}

/**
 * Finds, reads and parses fleet.yaml: the file that was asked for, else ./fleet.yaml, else
 * CONFIGHOME/mosaic/fleet/fleet.yaml.
 */
export async function loadFleet(location: FleetLocation): Promise<Result<LoadedFleet>> {
  const { path, cwd = process.cwd(), configHome } = location;
  const candidates = path === undefined ? ["fleet.yaml", fleetPathIn(configHome)] : [path];
  for (const file of candidates) {
    const text = readText(resolve(cwd, file), file);
    if (text === undefined) continue;
    if (!text.ok) return text;
    const parsed = await readFleet(text.value, file, location);
    return parsed.ok ? ok({ config: parsed.value, file, text: text.value }) : parsed;
  }
  return path === undefined ? noFleet(candidates.map((file) => resolve(cwd, file))) : noSuchFile(path);
}

/** The parser is loaded only for a text that was not seen before. */
async function readFleet(text: string, file: string, location: FleetLocation): Promise<Result<FleetConfig>> {
  const cache =
    location.cacheHome && configCache(location.cacheHome, resolve(location.cwd ?? ".", file), text);
  const known = cache && cache.read();
  if (known) return ok(known);
  const { parseFleet } = await import("./parse.ts");
  const parsed = parseFleet(text, file);
  if (cache && parsed.ok) cache.write(parsed.value);
  return parsed;
}

/** The fleet.yaml of a user who is in no project. */
function fleetPathIn(configHome: string): string {
  return join(configHome, "mosaic", "fleet", "fleet.yaml");
}

function noFleet(looked: readonly string[]): Result<LoadedFleet> {
  return fail("file-not-found", "no fleet.yaml found", {
    detail: `Looked for:\n${looked.map((path) => `  ${path}`).join("\n")}`,
    hint: "name it with --file PATH, or begin with a copy of fleet.example.yaml",
  });
}

function noSuchFile(file: string): Result<LoadedFleet> {
  return fail("file-not-found", `there is no file ${file}`, { hint: "check the path after --file" });
}
