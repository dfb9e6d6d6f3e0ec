import { rmSync, utimesSync } from "node:fs";
import { join } from "node:path/posix";
import { listReadableFolder, modifiedMs } from "../read.ts";

/** Makes a file the newest one of its folder. Does nothing if it cannot. */
export function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The file is gone, or of another account.
  }
}

/** Removes the oldest files of a folder beyond so many. Leaves what it cannot remove. */
export function keepNewest(folder: string, most: number): void {
  const names = listReadableFolder(folder);
  if (names.length <= most) return;
  const paths = names.map((name) => join(folder, name));
  const oldest = paths.toSorted((one, other) => (modifiedMs(one) ?? 0) - (modifiedMs(other) ?? 0));
  for (const path of oldest.slice(0, names.length - most)) {
    try {
      rmSync(path, { force: true });
    } catch {
      // A folder, for example: not ours.
    }
  }
}
