import type { Activity } from "../../activity/activity.ts";
import type { WaitingValue } from "../../diffs/plan/waiting-values.ts";
import type { AgentStatus } from "../../plan/explain/status.ts";

/** The log of an agent in files. */
export interface LogStatus {
  /** The newest file, which may not exist yet. */
  readonly path: string;
  /** The bytes of all files. */
  readonly bytes: number;
  /** True if a process writes it now. */
  readonly isWritten: boolean;
}

/** One agent as a table shows it: its status, with the other facts as far as they were read. */
export interface TableRow extends AgentStatus {
  /** The activity of its program; undefined if nothing tells. */
  readonly activity?: Activity | undefined;
  /** The times of its timer, ms since the epoch; undefined without one. */
  readonly times?: { readonly nextMs: number | undefined; readonly lastMs: number | undefined } | undefined;
  /** The memory of its control group. */
  readonly memoryBytes?: number | undefined;
  /** The processor time of its control group since its start, ms; only if it was asked for. */
  readonly processorMs?: number | undefined;
  /** The share of one processor since the last reading, from 0; only in a live view. */
  readonly processorShare?: number | undefined;
  /** The running values to be replaced by a waiting change. */
  readonly values?: readonly WaitingValue[] | undefined;
  /** Its log in files; undefined for an agent without one, and if it was not asked for. */
  readonly log?: LogStatus | undefined;
  /** The last line in its pane, if it was asked for. */
  readonly lastLine?: string | undefined;
}

/** One agent of `fleet status`, with the facts that only its processes tell. */
export interface StatusRow extends TableRow {
  /** Undefined if it does not run, or cannot be read. */
  readonly memoryBytes: number | undefined;
  /** True if its program was stopped by a signal, and does nothing until SIGCONT. */
  readonly isFrozen: boolean;
}
