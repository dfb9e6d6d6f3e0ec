import { lastScreenPath, type Layout } from "../../desired/layout.ts";
import { readContent } from "../../drivers/files/read.ts";
import { parseLastScreen } from "../../logs/last-screen.ts";
import type { LogLine } from "../../logs/log-line.ts";
import { linesOfNewRun, tellsEndOfRun } from "../../logs/pane-text.ts";
import { runEndText } from "../../report/logs/run-text.ts";
import type { PanesRead } from "./read-panes.ts";

/** The screen of the last failed run of an agent, as lines of its log. */
export interface PreviousRun {
  /** Number of the run since the last deliberate start, from 1. */
  readonly attempt: number;
  /** Process id of its pane. */
  readonly pid: number;
  /** The last ones of the run, and then a line with its end. */
  readonly lines: readonly LogLine[];
}

/** Returns the kept screen of an agent's last failed run, `tail` lines of it; undefined if none is kept. */
export function previousRun(layout: Layout, agent: string, tail: number): PreviousRun | undefined {
  const screen = parseLastScreen(readContent(lastScreenPath(layout, agent)) ?? "");
  if (screen === undefined) return undefined;
  const { attempt, pid, endedMs: atMs } = screen;
  const printed = linesOfLastRun(screen.lines);
  const lines = printed.slice(Math.max(0, printed.length - tail)).map((text) => pastLine(agent, text));
  return { attempt, pid, lines: [...lines, { agent, source: "run", text: runEndText(screen), atMs }] };
}

/**
 * Returns the lines of the run before the current one, if that run has failed and the pane does not show its end. A pane
 * shows it as long as its program neither clears the screen nor uses all of it.
 */
export function hiddenRun(
  previous: PreviousRun | undefined,
  restarts: number,
  panes: PanesRead,
  agent: string,
): readonly LogLine[] {
  if (previous === undefined || previous.attempt !== restarts) return [];
  if (panes.marks.get(agent)?.pid === previous.pid) return [];
  const isShown = panes.lines.some((line) => line.agent === agent && tellsEndOfRun(line.text));
  return isShown ? [] : previous.lines;
}

/** Returns the lines of the last run: a kept screen may begin with earlier runs, and end with the note of its own end. */
function linesOfLastRun(lines: readonly string[]): readonly string[] {
  const own = lines.slice(0, lines.findLastIndex((line) => !tellsEndOfRun(line)) + 1);
  return linesOfNewRun(own);
}

function pastLine(agent: string, text: string): LogLine {
  return { agent, source: "pane", text, atMs: undefined };
}
