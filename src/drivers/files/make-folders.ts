import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path/posix";

/**
 * Makes a folder with `mode`, and its missing parents with `modeAbove`. Leaves an existing folder as it is.
 * Throws the error of mkdir(2).
 *
 * Does not use mkdir's own `recursive`: below /proc, the kernel reports a missing parent although the parent
 * exists, and then `recursive` never returns (seen with node 20 and 22).
 */
export function makeFolders(path: string, mode: number, modeAbove = 0o755): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolders(parent, modeAbove, modeAbove);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have made it in the same moment.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Returns a folder if it exists, otherwise the nearest existing one above it. */
export function firstExisting(folder: string): string {
  return existsSync(folder) ? folder : firstExisting(dirname(folder));
}
