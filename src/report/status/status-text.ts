import type { Colors } from "../terminal/colors.ts";
import type { AgentStatus } from "../../plan/explain/status.ts";
import type { FleetStatus } from "./status-json.ts";
import { shortCommit, shortRef, troubleDiagnostics } from "../source/trouble-text.ts";
import { visible } from "../terminal/display-text.ts";
import { noAgentsText } from "../phrases.ts";
import { fold } from "../terminal/fit/fold.ts";
import type { ColumnName } from "../table/column-names.ts";
import { columnsOf, tellingColumns, usualColumns, type Column } from "../table/columns.ts";
import { statusTable } from "../table/status-table.ts";
import { deviationNotes } from "../plan/deviation-text.ts";
import { visibleWording, wordingText } from "../terminal/wording-text.ts";
import { wording, type Wording } from "../../diagnostics/wording.ts";
import { noteWording } from "../plan/note-text.ts";
import { fleetEndsAtLogout, oldTmuxLines, missingFiguresLine } from "./machine-text.ts";
import { pollingText } from "./polling-text.ts";
import { count } from "../../text/counting.ts";
import type { StatusRow } from "../table/table-row.ts";

/** The form of a status for people. */
export interface StatusForm {
  readonly columns: readonly ColumnName[];
  /** Columns of the terminal. */
  readonly width: number;
  /** True if nobody wants to know why figures are missing. */
  readonly ignoresFigures?: boolean;
  /** The name of this machine, for a reader on another one. */
  readonly host?: string | undefined;
}

/** Returns the status of a fleet for people, as lines. `now` in ms since the epoch. */
export function statusText(
  status: FleetStatus,
  now: number,
  colors: Colors,
  { columns, width, ignoresFigures = false, host }: StatusForm = { columns: usualColumns, width: Infinity },
): readonly Wording[] {
  const { holder, agents } = status;
  const server =
    holder.pid === undefined ? `tmux server ${holder.active}` : `tmux server running (process ${holder.pid})`;
  const planned = { ...status, agents: agents.filter(({ plan }) => plan !== undefined) };
  const head = `Fleet ${colors.bold(status.fleet)}: ${server}, socket ${holder.socket}`;
  // A machine that reads this for another one folds it itself, with its own names in the commands.
  const folded = (lines: readonly Wording[]): readonly Wording[] =>
    lines.flatMap((line): readonly Wording[] =>
      typeof line === "string" || host === undefined ? fold(wordingText(line), width) : [line],
    );
  return [
    ...folded([head, ...watcherLine(status), ...sourceLine(status, colors)]),
    "",
    ...(agents.length === 0
      ? [noAgentsText]
      : statusTable(agents, shownColumns(agents, columns), now, colors, width)),
    "",
    ...folded([
      ...(status.watcher?.polling ? pollingText(status.watcher.polling, colors) : []),
      ...frozenNotes(agents).map((note) => `${colors.cyan("Note:")} ${note}`),
      ...[...deviationNotes(planned), ...status.notes.map(noteWording)].map(
        (note) => wording`${colors.cyan("Note:")} ${visibleWording(note)}`,
      ),
      ...(status.lingering === false ? [fleetEndsAtLogout] : []),
      ...oldTmuxLines(holder.version),
      ...(ignoresFigures ? [] : missingFigures(agents, columns, colors)),
      statusSummary(agents, host),
      ...attachHint(status, host, colors),
    ]),
  ];
}

/** Returns the columns without figures the machine does not give for any of the running agents. */
function shownColumns(agents: readonly StatusRow[], names: readonly ColumnName[]): readonly Column[] {
  const missing = figuresWithout(agents, names);
  return columnsOf(tellingColumns(names, agents).filter((name) => !missing.includes(name)));
}

function figuresWithout(agents: readonly StatusRow[], names: readonly ColumnName[]): readonly ColumnName[] {
  const running = agents.filter(({ pid }) => pid !== undefined);
  if (running.length === 0) return [];
  return names.filter(
    (name) =>
      (name === "memory" && running.every(({ memoryBytes }) => memoryBytes === undefined)) ||
      (name === "cpu" && running.every(({ processorMs }) => processorMs === undefined)),
  );
}

function missingFigures(
  agents: readonly StatusRow[],
  names: readonly ColumnName[],
  colors: Colors,
): readonly string[] {
  const missing = figuresWithout(agents, names);
  if (missing.length === 0) return [];
  return [colors.dim(missingFiguresLine(missing.map((name) => (name === "cpu" ? "processor time" : name))))];
}

/** Returns notes about programs a signal stopped. They look like running ones, except for the state of their process. */
function frozenNotes(agents: readonly StatusRow[]): readonly string[] {
  return agents
    .filter(({ isFrozen }) => isFrozen)
    .map(({ name, unit }) => {
      const command = `systemctl --user kill -s CONT ${visible(unit)}`;
      return `The program of ${visible(name)} was stopped by a signal, as by Ctrl-Z, and does nothing. To go on: ${command}`;
    });
}

function watcherLine({ watcher }: FleetStatus): readonly string[] {
  if (watcher === undefined) return [];
  const { pid, unit, missing, isService } = watcher;
  if (pid === undefined) {
    const why = missing === undefined ? `systemctl --user status ${unit}` : `${visible(missing)} is gone`;
    return [`${unit} is installed to watch it, and does not run: ${why}`];
  }
  if (isService) return [`Watched by ${unit} (process ${pid})`];
  return [`Watched by process ${pid}${unit === undefined ? "" : `; ${unit} is installed too`}`];
}

function sourceLine({ source }: FleetStatus, colors: Colors): readonly string[] {
  if (source === undefined) return [];
  const { ref, revision, isPinned, trouble } = source;
  const at = revision === undefined ? "without a revision" : `at ${shortCommit(revision)}`;
  const problem =
    trouble && ` ${colors.yellow(troubleDiagnostics(trouble)[0]?.summary ?? "")}: fleet source status`;
  return [
    `Source ${visible(shortRef(ref))} ${at}${isPinned ? ", pinned" : ""}${problem === undefined ? "" : `;${visible(problem)}`}`,
  ];
}

/** Returns `3 agents, 3 running, nothing pending.` */
export function statusSummary(agents: readonly AgentStatus[], host?: string): string {
  const running = agents.filter(({ state }) => state === "running").length;
  const completed = agents.filter(({ state }) => state === "completed").length;
  const done = completed === 0 ? "" : `, ${completed} completed`;
  const waiting = agents.filter(({ plan }) => plan !== undefined && plan.action !== "none").length;
  const pending =
    waiting === 0
      ? "nothing pending"
      : `${waiting} with something pending: see fleet plan${host === undefined ? "" : ` --host ${host}`}`;
  const services = agents.filter(({ kind }) => kind === "service").length;
  const kinds = [
    ...(services === agents.length && services > 0 ? [] : [count(agents.length - services, "agent")]),
    ...(services === 0 ? [] : [count(services, "service")]),
  ];
  return `${kinds.join(" and ")}, ${running} running${done}, ${pending}.`;
}

function attachHint({ agents }: FleetStatus, host: string | undefined, colors: Colors): readonly string[] {
  const first = agents.find(({ state, kind }) => state === "running" && kind === undefined);
  if (first === undefined) return [];
  return [colors.dim(`Attach: fleet attach ${host === undefined ? "" : `${host}/`}${visible(first.name)}`)];
}
