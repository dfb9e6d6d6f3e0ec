import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A part of a file. */
export interface FileRange {
  /** The file itself, whatever its name is. */
  readonly inode: number;
  /** Bytes in the whole file. */
  readonly size: number;
  /** The place after the part. */
  readonly end: number;
  /** ms since the epoch. */
  readonly modifiedMs: number;
  readonly bytes: Buffer;
}

/** A function from the inode of a file to the place to read from. */
type PlaceIn = (inode: number) => number;

/**
 * Returns up to `length` bytes of a file from a place on, or its last ones if the place is negative; undefined if it is absent,
 * unreadable or no regular file. The place depends on the file: another one may have taken its name.
 */
export function readRange(path: string, placeIn: PlaceIn, length: number): FileRange | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return undefined;
    const from = placeIn(stat.ino);
    const start = from < 0 ? Math.max(0, stat.size - length) : Math.min(from, stat.size);
    const bytes = Buffer.allocUnsafe(Math.min(length, stat.size - start));
    const read = bytes.length === 0 ? 0 : readSync(file, bytes, 0, bytes.length, start);
    const { ino: inode, size, mtimeMs: modifiedMs } = stat;
    return { inode, size, end: start + read, modifiedMs, bytes: bytes.subarray(0, read) };
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
