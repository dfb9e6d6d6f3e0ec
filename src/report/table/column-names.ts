/** The columns of `fleet status`, in the order of `-o wide`. */
export const columnNames = [
  "agent",
  "kind",
  "state",
  "activity",
  "desired",
  "next",
  "ran",
  "since",
  "restarts",
  "attached",
  "quiet",
  "memory",
  "cpu",
  "pid",
  "labels",
  "windows",
  "unit",
  "log",
  "pending",
  "last",
] as const;

/** The name of a column, as `--columns` takes it. */
export type ColumnName = (typeof columnNames)[number];

/** The orders of `--sort`. */
export const sortKeys = [
  "attention",
  "name",
  "state",
  "since",
  "restarts",
  "attached",
  "quiet",
  "memory",
  "cpu",
] as const;

/** The name of an order. */
export type SortKey = (typeof sortKeys)[number];
