import { closeSync, constants, fstatSync, openSync, readSync, statfsSync } from "node:fs";

/**
 * Two files without names for the output of a child. The kernel removes them with their last descriptor, however this
 * process ends.
 *
 * node makes a stream for each pipe of a child: its first two streams cost a plan of 100 agents 6 ms of 60 (measured).
 * A file only costs its reading.
 */
export interface OutputFiles {
  readonly folder: string;
  readonly stdout: number;
  readonly stderr: number;
}

/** O_TMPFILE of open(2), which node does not name. It contains O_DIRECTORY, so an older kernel refuses it. */
const withoutName = 0o20000000 | constants.O_DIRECTORY | constants.O_RDWR;

/** Free space of a folder, bytes: with less, a child might not be able to write its output. */
const enough = 16 * 1024 * 1024;
const little = 1024 * 1024;

/** Opens the files in a folder in memory; returns undefined if it has no room, or its file system no such files. */
export function openOutputFiles(folder: string): OutputFiles | undefined {
  try {
    if (freeSpace(folder) < enough) return undefined;
    const stdout = openSync(folder, withoutName, 0o600);
    try {
      return { folder, stdout, stderr: openSync(folder, withoutName, 0o600) };
    } catch {
      closeSync(stdout);
      return undefined;
    }
  } catch {
    return undefined;
  }
}

/**
 * Returns true if the file system may be full: then a part of the output may be missing, and programs do not report
 * that. The space of that output is still taken, because its file is open.
 */
export function mayLackOutput({ folder }: OutputFiles): boolean {
  try {
    return freeSpace(folder) < little;
  } catch {
    return true;
  }
}

/** Returns the size of the larger one, bytes. */
export function sizeOfOutput({ stdout, stderr }: OutputFiles): number {
  return Math.max(fstatSync(stdout).size, fstatSync(stderr).size);
}

/** Returns the text of an output so far. */
export function readOutput(file: number): string {
  const buffer = Buffer.allocUnsafe(fstatSync(file).size);
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, buffer.length - length, length);
    if (read === 0) break;
    length += read;
  }
  return buffer.toString("utf8", 0, length);
}

/** Closes the files, and so removes them. */
export function closeOutput({ stdout, stderr }: OutputFiles): void {
  closeSync(stdout);
  closeSync(stderr);
}

function freeSpace(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
