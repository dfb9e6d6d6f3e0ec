import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path/posix";

/** What no file but a temporary one of ours ends with. */
const suffix = ".mosaic-fleet-tmp";

/**
 * Where the new content of a file is written before it is renamed to `path`: in the same folder, with the file's own name
 * in it. systemd passes over it: names that begin with a dot are no units, drop-ins or links (systemd 252,
 * src/basic/dirent-util.c, hidden_or_backup_file), and neither is one with such a suffix.
 */
export function temporaryBeside(path: string): string {
  return `${dirname(path)}/.${basename(path)}.${randomBytes(4).toString("hex")}${suffix}`;
}

/** The name of the file that a temporary file was to become; undefined for any other name. */
export function namedByTemporary(name: string): string | undefined {
  if (!name.startsWith(".") || !name.endsWith(suffix)) return undefined;
  return /^(.+)\.[0-9a-f]{8}$/s.exec(name.slice(1, -suffix.length))?.[1];
}
