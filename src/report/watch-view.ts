import { createLogUpdate } from "log-update";
import type { AgentState, AgentStatus } from "../plan/status.ts";
import type { WatchEvent, WatchView } from "../watch/types.ts";
import type { Colors } from "./diagnostics.ts";
import { duration } from "./phrases.ts";
import { lastingColumns, statusSummary, statusTable } from "./status-text.ts";
import { behindTime, timeOfDay } from "./watch-lines.ts";
import { watchMessage } from "./watch-text.ts";

/** A view at the bottom of a terminal, with the log of what happened above it. */
export interface LiveView {
  /** Puts an event into the log. */
  tell(event: WatchEvent, nowMs: number): void;
  /** Draws the view as it is by now. */
  draw(view: WatchView, nowMs: number): void;
  /** Takes the view away, and leaves the terminal to others; the next `draw` takes it back. */
  release(): void;
}

/** Opens it on standard output. */
export function openLiveView(colors: Colors): LiveView {
  const terminal = createLogUpdate(process.stdout);
  const columns = (): number => process.stdout.columns || 80;
  return {
    tell(event, nowMs) {
      const message = watchMessage(event, colors, columns() - 10);
      if (message !== undefined) terminal.persist(behindTime(message, timeOfDay(nowMs), colors).join("\n"));
    },
    draw(view, nowMs) {
      terminal(
        viewLines(view, nowMs, { rows: process.stdout.rows || 24, columns: columns() }, colors).join("\n"),
      );
    },
    release() {
      terminal.clear();
      terminal.done();
    },
  };
}

/** Lines of the view beside the agents: a blank one, the head, the table's titles, those left out, the summary, the keys. */
const otherLines = 6;

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** The view as lines, less than the terminal has. `nowMs` since the epoch. */
export function viewLines(
  view: WatchView,
  nowMs: number,
  { rows, columns }: Size,
  colors: Colors,
): readonly string[] {
  const room = Math.max(rows - 1 - otherLines, 1);
  const shown = view.agents.length <= room ? view.agents : foremost(view.agents, room);
  const left = view.agents.length - shown.length;
  return [
    "",
    headLine(view, colors),
    ...(shown.length > 0 ? statusTable(shown, lastingColumns, nowMs, colors, columns) : []),
    ...(left > 0
      ? [colors.dim(`… and ${left} more, of which ${inLine(view.agents, shown)} run as declared`)]
      : []),
    ...(view.agents.length > 0 ? [statusSummary(view.agents)] : []),
    colors.dim(`q quit · r reconcile now · p ${view.state === "paused" ? "go on" : "pause"}`),
  ];
}

function headLine({ fleet, file, state, nextLookMs }: WatchView, colors: Colors): string {
  const name = fleet === undefined ? "No fleet yet" : `Fleet ${colors.bold(fleet)}`;
  const next = nextLookMs === undefined ? "" : `, next look in ${duration(Math.ceil(nextLookMs / 1000))}`;
  return `${name} · ${file} · ${words[state]}${state === "waiting" ? next : ""}`;
}

const words: Readonly<Record<WatchView["state"], string>> = {
  waiting: "watching",
  settling: "something changed",
  looking: "at work",
  paused: "paused",
  leaving: "ending",
  left: "ended",
};

/** Those that a person should look at first, in their usual order. */
function foremost(agents: readonly AgentStatus[], room: number): readonly AgentStatus[] {
  const chosen = new Set(agents.toSorted((a, b) => urgency(b) - urgency(a)).slice(0, room));
  return agents.filter((agent) => chosen.has(agent));
}

const urgencies: Readonly<Record<AgentState, number>> = {
  failed: 5,
  missing: 4,
  restarting: 4,
  starting: 3,
  stopped: 1,
  unmanaged: 0,
  running: 0,
};

function urgency(agent: AgentStatus): number {
  return urgencies[agent.state] * 2 + (agent.pending === undefined ? 0 : 1);
}

function inLine(agents: readonly AgentStatus[], shown: readonly AgentStatus[]): number {
  const known = new Set(shown);
  return agents.filter(
    (agent) => !known.has(agent) && agent.state === "running" && agent.pending === undefined,
  ).length;
}
