import { createLogUpdate } from "log-update";
import { byAttention } from "../../plan/explain/attention.ts";
import type { AgentStatus } from "../../plan/explain/status.ts";
import type { WatchEvent, WatchView } from "../../events/watch-events.ts";
import type { Colors } from "../terminal/colors.ts";
import { handleStreamErrors } from "../terminal/print.ts";
import { visible } from "../terminal/display-text.ts";
import { displayWidth, widthOfLine } from "../terminal/display-width.ts";
import { durationPhrase } from "../phrases.ts";
import { lastingColumns } from "../table/columns.ts";
import { statusTable } from "../table/status-table.ts";
import { statusSummary } from "../status/status-text.ts";
import { truncateStart } from "../terminal/fit/truncate.ts";
import { truncateLine } from "../terminal/fit/truncate-line.ts";
import { behindTime, timeOfDay } from "./watch-lines.ts";
import { watchMessage } from "./watch-text.ts";

/** A view at the bottom of a terminal, with the log of what happened above it. */
export interface LiveView {
  /** Puts an event into the log; `isMany` as in watchMessage. */
  tell(event: WatchEvent, nowMs: number, isMany?: boolean): void;
  /** Draws the view as it is by now. */
  draw(view: WatchView, nowMs: number): void;
  /** Takes the view away, and leaves the terminal to others; the next `draw` takes it back. */
  release(): void;
}

/** Opens it on standard output. */
export function openLiveView(colors: Colors): LiveView {
  handleStreamErrors("stdout");
  const terminal = createLogUpdate(process.stdout, { showCursor: true });
  const columns = (): number => process.stdout.columns || 80;
  let drawn: { readonly lines: readonly string[]; readonly columns: number } | undefined;

  /** Erases the broken lines of a terminal that has become narrower: they take more rows than log-update knows of. */
  function eraseBroken(): void {
    if (drawn === undefined || drawn.columns <= columns()) return;
    process.stdout.write(`${eraseAbove.repeat(rowCount(drawn.lines, columns()))}\r`);
    terminal.done();
    drawn = undefined;
  }

  return {
    tell(event, nowMs, isMany) {
      const message = watchMessage(event, colors, columns() - 10, isMany);
      // One by one: of a text longer than the terminal, only its end would be kept.
      eraseBroken();
      const lines = message === undefined ? [] : behindTime(message, timeOfDay(nowMs), colors);
      for (const line of lines) terminal.persist(line);
      if (lines.length > 0) drawn = undefined;
    },
    draw(view, nowMs) {
      eraseBroken();
      const size = { rows: process.stdout.rows || 24, columns: columns() };
      drawn = { lines: viewLines(view, nowMs, size, colors), columns: size.columns };
      terminal(drawn.lines.join("\n"));
    },
    release() {
      eraseBroken();
      terminal.clear();
      terminal.done();
      drawn = undefined;
    },
  };
}

/** Cursor up, and the line erased. */
const eraseAbove = "\u001B[1A\u001B[2K";

/** Rows of lines in a terminal that breaks them at so many columns. */
function rowCount(lines: readonly string[], columns: number): number {
  const widths = lines.map(widthOfLine);
  return widths.reduce((total, width) => total + Math.max(1, Math.ceil(width / columns)), 0);
}

/** Lines of the view besides the agents: a blank one, the head, the table's titles, those left out, the summary, the keys. */
const otherLines = 6;

/** So much of the file's path is shown in any case: its name, most times. */
const shortestPath = 12;

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Returns the view as lines: fewer than the rows of the terminal, none wider than it. `nowMs` since the epoch. */
export function viewLines(
  view: WatchView,
  nowMs: number,
  { rows, columns }: Size,
  colors: Colors,
): readonly string[] {
  const room = Math.max(rows - 1 - otherLines, 1);
  const shown = view.agents.length <= room ? view.agents : foremost(view.agents, room);
  const left = view.agents.length - shown.length;
  const lines = [
    "",
    headLine(view, nowMs, columns, colors),
    ...(shown.length > 0 ? statusTable(shown, lastingColumns, nowMs, colors, columns) : []),
    ...(left > 0
      ? [colors.dim(`… and ${left} more, of which ${inLine(view.agents, shown)} run as declared`)]
      : []),
    ...(view.agents.length > 0 ? [statusSummary(view.agents)] : []),
    colors.dim(`q quit · r reconcile now · p ${view.state === "paused" ? "go on" : "pause"}`),
  ];
  return lines.map((line) => truncateLine(line, columns));
}

/** After so long without a look, a view says from when it is, ms: while a watch is paused, it looks every 2 s. */
const staleMs = 10_000;

function headLine(view: WatchView, nowMs: number, columns: number, colors: Colors): string {
  const { fleet, file, state, seenMs, nextLookMs } = view;
  const [title, name] = fleet === undefined ? ["No fleet yet", ""] : ["Fleet ", fleet];
  const next =
    nextLookMs === undefined ? "" : `, next look in ${durationPhrase(Math.ceil(nextLookMs / 1000))}`;
  const seen = seenMs > 0 && nowMs - seenMs > staleMs ? `, as of ${timeOfDay(seenMs)}` : "";
  const doing = `${stateWords[state]}${state === "waiting" ? next : ""}${state === "paused" ? seen : ""}`;
  // The state is worth more than the path of the file.
  const room = Math.max(columns - displayWidth(`${title}${name} ·  · ${doing}`), shortestPath);
  return `${title}${colors.bold(name)} · ${truncateStart(visible(file), room)} · ${doing}`;
}

const stateWords: Readonly<Record<WatchView["state"], string>> = {
  waiting: "watching",
  settling: "something changed",
  looking: "at work",
  paused: "paused",
  leaving: "ending",
  left: "ended",
};

/** Returns the agents that need attention first, in their usual order. */
function foremost(agents: readonly AgentStatus[], room: number): readonly AgentStatus[] {
  const chosen = new Set(byAttention(agents).slice(0, room));
  return agents.filter((agent) => chosen.has(agent));
}

function inLine(agents: readonly AgentStatus[], shown: readonly AgentStatus[]): number {
  const known = new Set(shown);
  return agents.filter(
    (agent) => !known.has(agent) && agent.state === "running" && agent.pending === undefined,
  ).length;
}
