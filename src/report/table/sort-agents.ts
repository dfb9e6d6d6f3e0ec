import { urgency } from "../../plan/explain/attention.ts";
import type { ActivityState } from "../../activity/activity.ts";
import type { AgentState } from "../../plan/explain/status.ts";
import { inNaturalOrder } from "../../text/natural-order.ts";
import type { SortKey } from "./column-names.ts";
import type { TableRow } from "./table-row.ts";

/** Returns the rows in an order; equal ones are in the natural order of their names. Pure. */
export function sortAgents<Row extends TableRow>(rows: readonly Row[], key: SortKey): readonly Row[] {
  const named = inNaturalOrder(rows, ({ name }) => name);
  if (key === "name") return named;
  const rank = ranks[key];
  const ranked = named.map((row) => [rank(row), row] as const);
  return ranked.toSorted(([a], [b]) => b - a).map(([, row]) => row);
}

/** The order of `--sort state`, the worst first. */
const severity: Readonly<Record<AgentState, number>> = {
  failed: 7,
  missing: 6,
  restarting: 5,
  starting: 4,
  running: 3,
  stopped: 2,
  scheduled: 1.5,
  completed: 1,
  unmanaged: 0,
};

/** The need for a person of a running agent. */
const callsFor: Readonly<Record<ActivityState, number>> = {
  waiting: 12,
  limited: 11,
  idle: 0.5,
  working: 0.25,
  unknown: 0,
};

/** Returns how much an agent needs a person: a question comes first, then a limit, then a failure. */
export function attentionOf(row: TableRow): number {
  return Math.max(urgency(row), row.activity === undefined ? 0 : callsFor[row.activity.state]);
}

/** The larger, the earlier in the table. Unknown values are last. */
const ranks: Readonly<Record<Exclude<SortKey, "name">, (row: TableRow) => number>> = {
  attention: attentionOf,
  state: ({ state }) => severity[state],
  since: ({ since }) => since ?? -1,
  restarts: ({ restarts }) => restarts,
  attached: ({ attached, viewers }) => attached * 1_000 + viewers,
  quiet: ({ idleSeconds }) => (idleSeconds === undefined ? Number.NEGATIVE_INFINITY : -idleSeconds),
  memory: ({ memoryBytes }) => memoryBytes ?? -1,
  cpu: ({ processorShare, processorMs }) => processorShare ?? processorMs ?? -1,
};
