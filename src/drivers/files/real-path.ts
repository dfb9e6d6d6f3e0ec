import { realpathSync } from "node:fs";
import { dirname } from "node:path/posix";

/** Returns the path with all links followed, or the path itself if this fails. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Returns a path with the links of its existing part followed. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path
      ? path
      : `${realPathOf(parent).replace(/\/$/, "")}/${path.slice(path.lastIndexOf("/") + 1)}`;
  }
}
