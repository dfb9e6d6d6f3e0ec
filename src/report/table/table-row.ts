import type { Activity } from "../../activity/activity.ts";
import type { WaitingValue } from "../../diffs/plan/waiting-values.ts";
import type { AgentStatus } from "../../plan/explain/status.ts";

/** One agent as a table shows it: its status, with what else was read for the table. */
export interface TableRow extends AgentStatus {
  /** The activity of its program; undefined if nothing tells. */
  readonly activity?: Activity | undefined;
  /** The memory of its control group. */
  readonly memoryBytes?: number | undefined;
  /** The processor time of its control group since its start, ms. */
  readonly processorMs?: number | undefined;
  /** The share of one processor since the last reading, from 0; only in a live view. */
  readonly processorShare?: number | undefined;
  /** The values that it runs with, and that a waiting change replaces. */
  readonly values?: readonly WaitingValue[] | undefined;
  /** The last line in its pane. */
  readonly lastLine?: string | undefined;
}
