/** The columns of `fleet status`, in the order of `-o wide`, each with a word on a name that does not say enough. */
const columnNotes = {
  agent: undefined,
  kind: undefined,
  state: undefined,
  activity: undefined,
  desired: undefined,
  next: "the next run of a schedule",
  ran: "the last one",
  since: undefined,
  restarts: undefined,
  attached: undefined,
  quiet: undefined,
  memory: undefined,
  cpu: undefined,
  pid: undefined,
  labels: undefined,
  windows: undefined,
  unit: undefined,
  log: "its size and path",
  pending: undefined,
  last: "the last line in the pane",
} as const;

/** The name of a column, as `--columns` takes it. */
export type ColumnName = keyof typeof columnNotes;

/** The names of the columns, in that order. */
export const columnNames = Object.keys(columnNotes) as readonly ColumnName[];

/** Returns the names for the help of `--columns`: `…, log (its size and path), …`. */
export function columnList(): string {
  const names = Object.entries(columnNotes);
  return names.map(([name, note]) => (note === undefined ? name : `${name} (${note})`)).join(", ");
}

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
