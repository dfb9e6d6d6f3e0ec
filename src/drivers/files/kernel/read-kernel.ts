import { closeSync, openSync, readSync } from "node:fs";

/** Most files of /proc and of a control group fit; it grows if one does not, as the environment of a process. */
let buffer = Buffer.allocUnsafe(16 * 1024);

/**
 * Returns the text of a file the kernel makes, in /proc or in a control group; undefined if there is none, or
 * it may not be read. Such a file has no size, so it is read until its end. This takes about two thirds of the time
 * of readFileSync: 13 against 21 µs for /proc/PID/stat, 10 against 19 µs for the children of a process.
 */
export function readKernelFile(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    let length = 0;
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) return buffer.toString("utf8", 0, length);
      length += read;
      if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length);
    }
  } catch {
    return undefined; // the process has ended in between
  } finally {
    closeSync(file);
  }
}
