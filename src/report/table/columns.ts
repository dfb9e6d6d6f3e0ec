import type { UnitWait } from "../../observed/types.ts";
import { count } from "../../text/counting.ts";
import { sizeText } from "../../text/size-text.ts";
import { changePhrase } from "../change-text.ts";
import { holdAfter } from "../plan/agents/hold-text.ts";
import { durationPhrase, killedPhrase, suspensionPhrase, waitPhrase } from "../phrases.ts";
import { stepPhrase } from "../value-text.ts";
import { visible } from "../terminal/display-text.ts";
import type { ColumnName } from "./column-names.ts";
import type { TableRow } from "./table-row.ts";

/** One column of a table of agents. */
export interface Column {
  readonly name: ColumnName;
  readonly title: string;
  /** A column with a lower rank is left out of a narrow terminal before the others. */
  readonly rank: number;
  /** The least width of a cell that may be cut; undefined if its cells are never cut. */
  readonly least?: number;
  /** `now` in ms since the epoch. */
  readonly cell: (row: TableRow, now: number) => string;
}

/** The columns by name. A name without a column does not compile. */
const columns: Readonly<Record<ColumnName, Omit<Column, "name">>> = {
  agent: { title: "AGENT", rank: 14, least: 24, cell: ({ name }) => visible(name) },
  kind: { title: "KIND", rank: 12.7, cell: ({ kind }) => kind ?? "agent" },
  state: { title: "STATE", rank: 13, least: 12, cell: stateCell },
  activity: { title: "ACTIVITY", rank: 12.5, least: 12, cell: activityCell },
  desired: { title: "DESIRED", rank: 2, cell: ({ desired }) => desired ?? "-" },
  next: { title: "NEXT RUN", rank: 11.5, cell: nextCell },
  ran: { title: "LAST RUN", rank: 4, cell: ranCell },
  since: { title: "SINCE", rank: 11, cell: sinceCell },
  restarts: { title: "RESTARTS", rank: 7, cell: ({ restarts }) => String(restarts) },
  attached: { title: "ATTACHED", rank: 10, cell: attachedCell },
  quiet: { title: "QUIET", rank: 9, cell: ({ idleSeconds }) => durationCell(idleSeconds) },
  memory: { title: "MEMORY", rank: 8, cell: ({ memoryBytes }) => memoryCell(memoryBytes) },
  cpu: { title: "CPU", rank: 6, cell: processorCell },
  pid: { title: "PID", rank: 3, cell: ({ pid }) => (pid === undefined ? "-" : String(pid)) },
  labels: { title: "LABELS", rank: 1, least: 12, cell: labelsCell },
  windows: { title: "WINDOWS", rank: 1.5, least: 12, cell: windowsCell },
  unit: { title: "UNIT", rank: 0, least: 20, cell: ({ unit }) => visible(unit) },
  log: { title: "LOG", rank: 0.5, least: 24, cell: logCell },
  pending: { title: "PENDING", rank: 12, least: 24, cell: (row) => pendingText(row, "->") ?? "-" },
  last: { title: "LAST LINE", rank: 5, least: 20, cell: ({ lastLine }) => visible(lastLine || "-") },
};

/** Returns the columns of these names, in their order. */
export function columnsOf(names: readonly ColumnName[]): readonly Column[] {
  return names.map((name) => ({ name, ...columns[name] }));
}

/**
 * Returns the names without those that have nothing to tell about any row: a fleet of plain shells has no activity, most
 * fleets have no logs and no windows, and one without services has one kind.
 */
export function tellingColumns(
  names: readonly ColumnName[],
  rows: readonly TableRow[],
): readonly ColumnName[] {
  const isTold = rows.some(({ activity }) => activity !== undefined && activity.state !== "unknown");
  const hasLogs = rows.some(({ log }) => log !== undefined);
  const hasTimes = rows.some(({ times }) => times !== undefined);
  const hasService = rows.some(({ kind }) => kind === "service");
  const hasWindows = rows.some(({ windows = [] }) => windows.length > 0);
  const hasNothing: Readonly<Partial<Record<ColumnName, boolean>>> = {
    activity: !isTold,
    log: !hasLogs,
    windows: !hasWindows,
    kind: !hasService,
    next: !hasTimes,
    ran: !hasTimes,
  };
  return names.filter((name) => hasNothing[name] !== true);
}

/** The columns of `fleet status` without an option. */
export const usualColumns: readonly ColumnName[] = [
  "agent",
  "kind",
  "state",
  "activity",
  "next",
  "ran",
  "since",
  "restarts",
  "attached",
  "quiet",
  "memory",
  "pending",
];

/** The columns that stay true for a while after an observation. */
export const lastingColumns = columnsOf(["agent", "state", "since", "restarts", "pending"]);

function stateCell(row: TableRow, now: number): string {
  const { exitStatus, killedAfterMs, memoryEnd, state, wait } = row;
  if (wait !== undefined) return `${waitPrefixes[wait.kind]}${visible(waitPhrase(wait, now))}`;
  if (killedAfterMs !== undefined) return `${state} (${killedPhrase(killedAfterMs)})`;
  if (exitStatus === undefined) return state;
  return `${state} (${exitStatus}${memoryEnd === undefined ? "" : ", memory ran out"})`;
}

const waitPrefixes: Readonly<Record<UnitWait["kind"], string>> = {
  stop: "stopping: ",
  ready: "starting: ",
  turn: "starting: ",
  limit: "starting: ",
  dependency: "starting: ",
  unready: "running, ",
};

/** Returns `waiting 2m: Bash(rm -rf build)`, or `-` if nothing tells. */
function activityCell({ activity }: TableRow, now: number): string {
  if (activity === undefined || activity.state === "unknown") return "-";
  const since = durationPhrase(Math.max(0, (now - activity.sinceMs) / 1000));
  return visible(`${activity.state} ${since}${activity.reason === undefined ? "" : `: ${activity.reason}`}`);
}

/** Returns `in 5h`. */
function nextCell({ times }: TableRow, now: number): string {
  const { nextMs } = times ?? {};
  return nextMs === undefined ? "-" : `in ${durationPhrase(Math.max(0, (nextMs - now) / 1000))}`;
}

/** Returns `2d ago`. */
function ranCell({ times }: TableRow, now: number): string {
  const { lastMs } = times ?? {};
  return lastMs === undefined ? "-" : `${durationPhrase(Math.max(0, (now - lastMs) / 1000))} ago`;
}

function sinceCell({ since }: TableRow, now: number): string {
  return durationCell(since === undefined ? undefined : Math.max(0, (now - since) / 1000));
}

function durationCell(seconds: number | undefined): string {
  return seconds === undefined ? "-" : durationPhrase(seconds);
}

/** Returns `2`, `-`, or with clients that only view: `1 (+2 viewers)`. */
function attachedCell({ attached, viewers }: TableRow): string {
  const people = attached > 0 ? String(attached) : "-";
  return viewers === 0 ? people : `${people} (+${count(viewers, "viewer")})`;
}

function memoryCell(bytes: number | undefined): string {
  if (bytes === undefined) return "-";
  return `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MB`;
}

/** Returns `1.2 MB /home/ada/…/output.log`, with a word if nothing writes it. */
function logCell({ log, state }: TableRow): string {
  if (log === undefined) return "-";
  const isLost = state === "running" && !log.isWritten;
  return visible(`${sizeText(log.bytes)}${isLost ? " (not written)" : ""} ${log.path}`);
}

/** Returns `12 %` of one processor in a live view, and otherwise the time used since the start. */
function processorCell({ processorShare, processorMs }: TableRow): string {
  if (processorShare !== undefined) {
    return `${(processorShare * 100).toFixed(processorShare < 0.1 ? 1 : 0)} %`;
  }
  return processorMs === undefined ? "-" : durationPhrase(processorMs / 1000);
}

/** Returns `3`, or `3 (tests.2 ended with 1)`: the panes that do not run have names. */
function windowsCell({ windows = [] }: TableRow): string {
  if (windows.length === 0) return "-";
  const others = windows
    .filter(({ state }) => state !== "running")
    .map(
      ({ name, state, exitStatus }) =>
        `${name} ${state}${exitStatus === undefined ? "" : ` with ${exitStatus}`}`,
    );
  return visible(`${windows.length}${others.length === 0 ? "" : ` (${others.join(", ")})`}`);
}

function labelsCell({ labels = {} }: TableRow): string {
  return visible(
    Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(",") || "-",
  );
}

/** Returns what the plan does with an agent, and why; undefined for nothing. Terminals have `->` between two values. */
export function pendingText({ plan, values = [] }: TableRow, arrow: "->" | "→"): string | undefined {
  if (plan?.action === "none" && plan.suspended) return visible(suspensionPhrase(plan.suspended));
  if (plan === undefined || plan.action === "none") return undefined;
  const [change = { reason: "new" } as const] = plan.changes;
  const hold = plan.action === "pending" ? holdAfter(plan) : "";
  const [only, ...others] = values;
  const step = only === undefined || others.length > 0 ? "" : ` (${stepPhrase(only, arrow)})`;
  return visible(`${plan.action}: ${changePhrase(change)}${step}${hold}`);
}
