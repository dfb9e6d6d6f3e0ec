import { realpathSync } from "node:fs";

/** Returns the path with all links followed, or the path itself if this fails. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
