import { readPath } from "../../drivers/files/read.ts";
import type { Polling } from "../../observed/polling.ts";
import { startTicks } from "../../drivers/files/kernel/start-ticks.ts";

/** The holder of a lock, as in the lock's file for waiting processes. */
export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  /** ms since the epoch */
  readonly since: number;
  /** Absolute path of a watch's fleet file. */
  readonly file?: string | undefined;
  /** Start time of the process, in the kernel's ticks, because the kernel reuses process ids. */
  readonly started?: string | undefined;
  /** Version of a watch's tool. Undefined before 0.1.0. */
  readonly version?: string | undefined;
  /** The polled folders of a watch, if any. */
  readonly polling?: Polling | undefined;
}

/**
 * Returns the holder of the lock at this path; undefined if there is none, or if the file still names an
 * ended process.
 */
export function readLockHolder(path: string): LockHolder | undefined {
  const file = readPath(path);
  if (file?.kind !== "file") return undefined;
  const holder = parseHolder(file.content);
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockHolder> | null;
    const { pid, command, since, file, started, version, polling } = value ?? {};
    const isWhole = typeof pid === "number" && typeof command === "string" && typeof since === "number";
    return isWhole ? { pid, command, since, file, started, version, polling } : undefined;
  } catch {
    return undefined; // it is being written
  }
}

function isRunning({ pid, started }: LockHolder): boolean {
  const now = startTicks(pid);
  return now !== undefined && (started === undefined || started === now);
}
