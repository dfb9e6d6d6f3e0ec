import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Returns what an installation of another version changes: the identity of the launcher next to this file of the bundle.
 * Undefined if it is not there, as in the middle of an installation.
 */
export function programStamp(): string | undefined {
  const launcher = join(dirname(fileURLToPath(import.meta.url)), "cli.js");
  return fileStamp(launcher);
}

/** Returns the identity of a file, which an upgrade changes; undefined if the file is gone. */
export function fileStamp(path: string): string | undefined {
  try {
    const { dev, ino, mtimeMs } = statSync(path);
    return `${dev}:${ino}:${mtimeMs}`;
  } catch {
    return undefined;
  }
}
