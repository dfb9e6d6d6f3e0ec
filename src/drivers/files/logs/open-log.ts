import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A place in a log of several files. */
export interface LogPosition {
  readonly inode: number;
  /** Bytes from the beginning of that file. */
  readonly offset: number;
}

/** An open file of a log. It stays the same file if a rotation gives it another name. */
interface OpenFile {
  readonly fd: number;
  readonly inode: number;
  readonly size: number;
}

/** The open files of a log. */
export interface OpenLog {
  /** Returns the bytes from a place on, or all, in chunks. */
  chunks(from: LogPosition | undefined): Generator<Buffer>;
  /** The place after the last byte; undefined for an empty log. */
  readonly end: LogPosition | undefined;
  /** Returns the place of the last lines; undefined if these are all. */
  placeOfLastLines(number: number): LogPosition | undefined;
  close(): void;
}

const partBytes = 256 * 1024;

/**
 * Opens the files of a log. `paths` begin with the newest file, so a rotation in the meantime leads to a known file again, and
 * none is missed. With `until`, the older files than that one are left out.
 */
export function openLog(paths: Iterable<string>, until?: LogPosition): OpenLog {
  const files: OpenFile[] = [];
  let isNewest = true;
  for (const path of paths) {
    const file = openRegular(path);
    // Between two renames, the newest file is missing for a moment.
    if (file === undefined && !isNewest) break;
    isNewest = false;
    if (file === undefined) continue;
    if (files.some(({ inode }) => inode === file.inode)) closeSync(file.fd);
    else files.unshift(file);
    if (file.inode === until?.inode) break;
  }
  const newest = files.at(-1);
  return {
    *chunks(from) {
      const first = Math.max(
        0,
        files.findIndex(({ inode }) => inode === from?.inode),
      );
      for (const { fd, inode, size } of files.slice(first)) {
        const start = inode === from?.inode ? from.offset : 0;
        for (let at = start; at < size; at += partBytes)
          yield bytesFrom(fd, at, Math.min(partBytes, size - at));
      }
    },
    end: newest && { inode: newest.inode, offset: newest.size },
    placeOfLastLines: (number) => placeOfLastLines(files, number),
    close: () => {
      for (const { fd } of files) closeSync(fd);
    },
  };
}

function openRegular(path: string): OpenFile | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  const stat = fstatSync(fd);
  if (stat.isFile()) return { fd, inode: stat.ino, size: stat.size };
  closeSync(fd);
  return undefined;
}

function placeOfLastLines(files: readonly OpenFile[], number: number): LogPosition | undefined {
  let left = number;
  let isEnd = true;
  for (const { fd, inode, size } of files.toReversed()) {
    for (let end = size; end > 0; end -= partBytes) {
      const start = Math.max(0, end - partBytes);
      const chunk = bytesFrom(fd, start, end - start);
      for (let at = chunk.length - 1; at >= 0; at -= 1) {
        if (chunk[at] === newline && !isEnd) {
          left -= 1;
          if (left <= 0) return { inode, offset: start + at + 1 };
        }
        // The end of the last line begins no other one.
        isEnd = false;
      }
    }
  }
  return undefined;
}

const newline = 10;

/** Reads a part of a file, which nobody shortens. */
function bytesFrom(fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, from));
}
