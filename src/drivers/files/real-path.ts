import { realpathSync } from "node:fs";

/** The path with all links followed; the path itself where that fails. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
