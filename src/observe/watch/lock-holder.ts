import { readPath } from "../../drivers/files/read.ts";
import type { Polling } from "../../observed/polling.ts";

/** Who holds a lock, as written into its file for whoever has to wait. */
export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  /** ms since the epoch */
  readonly since: number;
  /** Of a watch: the fleet file that it follows, absolute. */
  readonly file?: string | undefined;
  /** When the process was started, in the kernel's ticks: numbers of processes are given again. */
  readonly started?: string | undefined;
  /** Of a watch: the version of the tool that it runs. Undefined before 0.1.0. */
  readonly version?: string | undefined;
  /** Of a watch: what it polls, if anything. */
  readonly polling?: Polling | undefined;
}

/** When a process was started, in ticks since boot (proc(5), field 22 of stat); undefined where there is none. */
export function startTicks(pid: number): string | undefined {
  const stat = readPath(`/proc/${pid}/stat`);
  return stat?.kind === "file" ? stat.content.split(") ").at(-1)?.split(" ")[19] : undefined;
}

/** Who holds the lock at this path; undefined where nobody does, or its file still names a process that is gone. */
export function readLockHolder(path: string): LockHolder | undefined {
  const file = readPath(path);
  if (file?.kind !== "file") return undefined;
  const holder = parseHolder(file.content);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
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

function isAlive({ pid, started }: LockHolder): boolean {
  const now = startTicks(pid);
  return now !== undefined && (started === undefined || started === now);
}
