import type { Colors } from "../terminal/colors.ts";
import type { AgentState, AgentStatus } from "../../plan/explain/status.ts";
import { changePhrase } from "../change-text.ts";
import { durationPhrase, holdPhrase, killedPhrase, suspensionPhrase } from "../phrases.ts";
import type { FleetStatus } from "./status-json.ts";
import { visible } from "../terminal/display-text.ts";
import { displayWidth, padEnd } from "../terminal/display-width.ts";
import { truncateEnd } from "../terminal/truncate.ts";
import { deviationNotes } from "../plan/deviation-text.ts";
import { noteText } from "../plan/note-text.ts";
import { fleetEndsAtLogout } from "./lingering-text.ts";
import { pollingText } from "./polling-text.ts";
import { count } from "../../text/counting.ts";

type StatusRow = FleetStatus["agents"][number];

const stateColors: Readonly<Record<AgentState, "green" | "yellow" | "red" | "dim">> = {
  running: "green",
  starting: "yellow",
  restarting: "yellow",
  completed: "dim",
  stopped: "dim",
  failed: "red",
  missing: "red",
  unmanaged: "dim",
};

/** Returns the status of a fleet for people, as lines. `now` in ms since the epoch. */
export function statusText(status: FleetStatus, now: number, colors: Colors): readonly string[] {
  const { holder, agents } = status;
  const server =
    holder.pid === undefined ? `tmux server ${holder.active}` : `tmux server running (process ${holder.pid})`;
  const planned = { ...status, agents: agents.filter(({ plan }) => plan !== undefined) };
  const head = `Fleet ${colors.bold(status.fleet)}: ${server}, socket ${holder.socket}`;
  return [
    head,
    ...watcherLine(status),
    ...(status.lingering === false ? [fleetEndsAtLogout] : []),
    "",
    ...(agents.length === 0 ? ["No agents."] : statusTable(agents, allColumns(agents), now, colors)),
    "",
    ...(status.watcher?.polling ? pollingText(status.watcher.polling, colors) : []),
    ...frozenNotes(agents).map((note) => `${colors.cyan("Note:")} ${note}`),
    ...[...deviationNotes(planned), ...status.notes.map(noteText)].map(
      (note) => `${colors.cyan("Note:")} ${visible(note)}`,
    ),
    statusSummary(agents),
    ...attachHint(status, colors),
  ];
}

/** Returns notes about programs that a signal stopped. They look like running ones, except for the state of their process. */
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

interface Column {
  readonly title: string;
  readonly cell: (agent: AgentStatus, now: number) => string;
}

const agentColumn: Column = { title: "AGENT", cell: ({ name }) => visible(name) };
const stateColumn: Column = {
  title: "STATE",
  cell: ({ exitStatus, killedAfterMs, state }) => {
    if (killedAfterMs !== undefined) return `${state} (${killedPhrase(killedAfterMs)})`;
    return exitStatus === undefined ? state : `${state} (${exitStatus})`;
  },
};
const sinceColumn: Column = {
  title: "SINCE",
  cell: ({ since }, now) => (since === undefined ? "-" : durationPhrase(Math.max(0, (now - since) / 1000))),
};
const restartsColumn: Column = { title: "RESTARTS", cell: ({ restarts }) => String(restarts) };
const pendingColumn: Column = { title: "PENDING", cell: pendingCell };

/** The columns that stay true for a while after an observation. */
export const lastingColumns = [agentColumn, stateColumn, sinceColumn, restartsColumn, pendingColumn];

function allColumns(agents: readonly StatusRow[]): readonly Column[] {
  const memory = new Map(agents.map(({ name, memoryBytes }) => [name, memoryBytes]));
  return [
    agentColumn,
    stateColumn,
    sinceColumn,
    restartsColumn,
    { title: "ATTACHED", cell: attachedCell },
    {
      title: "QUIET",
      cell: ({ idleSeconds }) => (idleSeconds === undefined ? "-" : durationPhrase(idleSeconds)),
    },
    {
      title: "MEMORY",
      cell: ({ name }) => {
        const bytes = memory.get(name);
        return bytes === undefined ? "-" : megabytes(bytes);
      },
    },
    pendingColumn,
  ];
}

/** Returns the agents as a table, its titles first, cut at `width` columns. `now` in ms since the epoch. */
export function statusTable(
  agents: readonly AgentStatus[],
  columns: readonly Column[],
  now: number,
  colors: Colors,
  width = Infinity,
): readonly string[] {
  const rows = agents.map((agent) => columns.map(({ cell }) => cell(agent, now)));
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => displayWidth(row[column] ?? ""))),
  );
  const used = widths.slice(0, -1).reduce((total, each) => total + each + 2, 0);
  const pad = (row: readonly string[]): string[] =>
    row.map((cell, column) =>
      column === widths.length - 1 ? truncateEnd(cell, width - used) : padEnd(cell, widths[column] ?? 0),
    );
  const lines = rows.map((row, index) => {
    const padded = pad(row);
    const state = agents[index]?.state ?? "stopped";
    const at = columns.indexOf(stateColumn);
    if (at >= 0) padded[at] = colors[stateColors[state]](padded[at] ?? "");
    return padded.join("  ").trimEnd();
  });
  return [colors.dim(pad(titles).join("  ").trimEnd()), ...lines];
}

/** Returns `2`, `-`, or with clients that only view: `1 (+2 viewers)`. */
function attachedCell({ attached, viewers }: AgentStatus): string {
  const people = attached > 0 ? String(attached) : "-";
  return viewers === 0 ? people : `${people} (+${count(viewers, "viewer")})`;
}

function pendingCell({ plan }: AgentStatus): string {
  if (plan?.action === "none" && plan.suspended) return visible(suspensionPhrase(plan.suspended));
  if (plan === undefined || plan.action === "none") return "-";
  const [change = { reason: "new" } as const] = plan.changes;
  const hold = plan.action === "pending" ? `, ${holdPhrase(plan)}` : "";
  return visible(`${plan.action}: ${changePhrase(change)}${hold}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MB`;
}

/** Returns `3 agents, 3 running, nothing pending.` */
export function statusSummary(agents: readonly AgentStatus[]): string {
  const running = agents.filter(({ state }) => state === "running").length;
  const completed = agents.filter(({ state }) => state === "completed").length;
  const done = completed === 0 ? "" : `, ${completed} completed`;
  const waiting = agents.filter(({ plan }) => plan !== undefined && plan.action !== "none").length;
  const pending = waiting === 0 ? "nothing pending" : `${waiting} with something pending: see fleet plan`;
  return `${count(agents.length, "agent")}, ${running} running${done}, ${pending}.`;
}

function attachHint({ agents }: FleetStatus, colors: Colors): readonly string[] {
  const first = agents.find(({ state }) => state === "running");
  if (first === undefined) return [];
  return [colors.dim(`Attach: fleet attach ${visible(first.name)}`)];
}
