import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path/posix";

/**
 * Makes a folder with `mode`, and those above it that are missing with `modeAbove`. A folder that exists stays as it is.
 * Throws what mkdir(2) says.
 *
 * Not mkdir's own `recursive`: that never returns for a path where the kernel says that nothing can be made because the
 * parent, which exists, is not there, as below /proc (seen with node 20 and 22).
 */
export function makeFolders(path: string, mode: number, modeAbove = 0o755): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolders(parent, modeAbove, modeAbove);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
