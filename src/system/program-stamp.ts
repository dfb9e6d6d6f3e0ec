import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Returns what an installation of another version changes: the identity of the launcher next to this file of the bundle.
 * Undefined if it is not there, as in the middle of an installation.
 */
export function programStamp(): string | undefined {
  const launcher = join(dirname(fileURLToPath(import.meta.url)), "cli.js");
  const stat = statSync(launcher, { throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}:${stat.mtimeMs}`;
}
