import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path/posix";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { errorMessage } from "../../text/error-message.ts";
import { makeFolders } from "./make-folders.ts";

/**
 * Adds a line to a file of mode 0600, in one write: all of it or nothing. Makes missing folders with mode 0700. If the file
 * is larger than `maxBytes`, it becomes `PATH.1` first, in the place of an earlier one. Never writes through a link, and
 * never waits for the reader of a pipe. For one writer at a time.
 */
export function appendLine(path: string, line: string, maxBytes: number): Result<void> {
  try {
    makeFolders(dirname(path), 0o700, 0o700);
    append(path, line, maxBytes);
    return ok(undefined);
  } catch (error) {
    return fail("file-write-failed", `cannot write ${path}`, { detail: errorMessage(error) });
  }
}

const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;

function append(path: string, line: string, maxBytes: number): void {
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error("it is no regular file");
    if (stat.size > maxBytes) {
      renameSync(path, `${path}.1`);
      return append(path, line, Infinity);
    }
    const bytes = Buffer.from(`${endsInMidst(file, stat.size) ? "\n" : ""}${line}\n`);
    // A full disk takes a part of it.
    if (writeSync(file, bytes) < bytes.length) {
      ftruncateSync(file, stat.size);
      throw new Error("no space left on device");
    }
  } finally {
    closeSync(file);
  }
}

/** Returns true for a file without a line feed at its end: a writer was killed in the midst of a line. */
function endsInMidst(file: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
}
