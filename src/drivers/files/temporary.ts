import { basename, dirname } from "node:path/posix";

/** The ending of our temporary files, and of no other file. */
const suffix = ".mosaic-fleet-tmp";

/**
 * Returns the path for the new content of a file before it is renamed to `path`: in the same folder, with the
 * file's own name in it. systemd ignores it: a name with a leading dot is no unit, drop-in or link (systemd
 * 252, src/basic/dirent-util.c, hidden_or_backup_file), and neither is one with such a suffix. The digits need no secret:
 * every writer opens the file with O_EXCL.
 */
export function temporaryBeside(path: string): string {
  const digits = Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
  return `${dirname(path)}/.${basename(path)}.${digits}${suffix}`;
}

/** Returns the final name of a temporary file, or undefined for any other name. */
export function namedByTemporary(name: string): string | undefined {
  if (!name.startsWith(".") || !name.endsWith(suffix)) return undefined;
  return /^(.+)\.[0-9a-f]{8}$/s.exec(name.slice(1, -suffix.length))?.[1];
}
