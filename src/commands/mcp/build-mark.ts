import { statSync } from "node:fs";

/** Returns a mark of a program's file, which an upgrade changes; undefined if the file is gone. */
export function buildMark(path: string): string | undefined {
  try {
    const { dev, ino, mtimeMs } = statSync(path);
    return `${dev}:${ino}:${mtimeMs}`;
  } catch {
    return undefined;
  }
}
