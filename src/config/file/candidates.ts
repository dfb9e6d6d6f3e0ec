import { existsSync, lstatSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The places to search for a fleet file. */
export interface FleetSearch {
  /** As given with `--file`; then nothing else is looked at. */
  readonly path?: string | undefined;
  /** Returns the absolute path of a file to take if there is none in the working directory. */
  readonly fallback?: (() => string | undefined) | undefined;
  /** Absolute base of relative paths. By default the working directory of the process. */
  readonly cwd?: string | undefined;
  /** Absolute: $XDG_CONFIG_HOME, or ~/.config. */
  readonly configHome: string;
}

/** Returns the paths of a fleet file in the order of the search. */
export function candidatesFor({ path, configHome, cwd, fallback }: FleetSearch): readonly string[] {
  if (path !== undefined) return [path];
  const here = "fleet.yaml";
  const isHere = fallback === undefined || isTaken(resolve(cwd ?? currentFolder() ?? "/", here));
  const other = isHere ? undefined : fallback();
  const own = fleetPathIn(configHome);
  const pulled = join(dirname(own), "pulled/fleet.yaml");
  return [here, ...(other === undefined ? [] : [other]), own, ...(existsSync(pulled) ? [pulled] : [])];
}

/** Returns true if something has a path, also a link to nowhere, and if that is unknown: the search ends there. */
export function isTaken(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Returns the working directory of the process; undefined if it was removed. */
export function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** Returns the path of a user's fleet.yaml outside of projects. */
function fleetPathIn(configHome: string): string {
  return join(configHome, "mosaic", "fleet", "fleet.yaml");
}
