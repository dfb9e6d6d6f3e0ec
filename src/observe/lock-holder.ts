import { readPath } from "../drivers/files/read.ts";

/** Who holds a lock, as written into its file for whoever has to wait. */
export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  /** ms since the epoch */
  readonly since: number;
  /** Of a watch: the fleet file that it follows, absolute. */
  readonly file?: string | undefined;
}

/** Who holds the lock at this path; undefined where nobody does, or its file still names a process that is gone. */
export function readLockHolder(path: string): LockHolder | undefined {
  const file = readPath(path);
  if (file?.kind !== "file") return undefined;
  const holder = parseHolder(file.content);
  return holder !== undefined && runsFleet(holder.pid) ? holder : undefined;
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockHolder> | null;
    const { pid, command, since, file } = value ?? {};
    const isWhole = typeof pid === "number" && typeof command === "string" && typeof since === "number";
    return isWhole ? { pid, command, since, file } : undefined;
  } catch {
    return undefined; // it is being written
  }
}

/** A number is given to another process sooner or later: one that runs node is taken for the holder. */
function runsFleet(pid: number): boolean {
  const command = readPath(`/proc/${pid}/cmdline`);
  return command?.kind === "file" && /node|fleet/.test(command.content);
}
