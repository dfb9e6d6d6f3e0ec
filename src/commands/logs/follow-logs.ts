import { setTimeout as sleep } from "node:timers/promises";
import type { LogLine } from "../../logs/log-line.ts";
import { awaitedSessionText, notFollowedText } from "../../report/logs/run-text.ts";
import { listenForEnd } from "../../system/end-request.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { LogPrinter } from "./log-printer.ts";
import type { LogReadings } from "./log-readings.ts";
import { readOn, type FileReading, type FilesRead, type LogPlace } from "./read-files.ts";
import { readPanes, type PaneMarks, type PanesRead } from "./read-panes.ts";
import { readUnits } from "./read-units.ts";

/** The parts of a follower. */
export interface LogSources extends LogReadings, LogPrinter {
  /** Selects from the lines that were there before the follower. */
  readonly select: (read: PanesRead) => readonly LogLine[];
}

/** Time between two looks at the panes, ms: a look takes tmux and this process about 10 ms together. */
const intervalMs = 500;

/** Looks at the panes between two at the journal, which takes longer to ask. */
const looksPerJournal = 4;

/** Prints new lines until Ctrl-C, SIGTERM, or the end of the reader. Continues after restarts of agents and of tmux. */
export async function followLogs(following: LogSources): Promise<ExitCode> {
  const { panes, units, files, logs, sources, show, select, remark, say } = following;
  const ended = listenForEnd();
  const told = new Set<string>();
  const tellOnce = (line: string): void => {
    if (!told.has(line)) remark(line);
    told.add(line);
  };
  let marks: PaneMarks = new Map();
  const places = new Map<string, LogPlace>();
  let cursor: string | undefined;
  let { sinceMs } = units;
  try {
    for (let look = 0; !ended.signal.aborted; look += 1) {
      if (sources.unit && look % looksPerJournal === 0) {
        const askedMs = Date.now();
        const said = await readUnits({ ...units, sinceMs }, cursor);
        if (!said.ok) return say(said.diagnostics);
        show(said.value.lines);
        cursor = said.value.cursor;
        // Without an entry so far there is no place to go on from, except this time.
        sinceMs ??= askedMs;
      }
      show(followFiles(files, logs, places));
      if (sources.pane) {
        const read = await readPanes(panes, marks);
        if (!read.ok) return say(read.diagnostics);
        const { present, fullScreen } = read.value;
        show(look === 0 ? select(read.value) : read.value.lines);
        ({ marks } = read.value);
        if (look === 0 && present.size === 0) tellOnce(awaitedSessionText);
        for (const agent of fullScreen) tellOnce(notFollowedText(agent));
      }
      await sleep(intervalMs, undefined, { signal: ended.signal }).catch(() => undefined);
    }
    return exitCodes.ok;
  } finally {
    ended.close();
  }
}

/** Returns the new lines of all log files, and moves their places on. The first time, these are their last lines. */
function followFiles(
  files: FileReading,
  logs: ReadonlyMap<string, FilesRead>,
  places: Map<string, LogPlace>,
): readonly LogLine[] {
  const lines: LogLine[] = [];
  for (const [agent, log] of logs) {
    const before = places.get(agent);
    if (before === undefined) {
      lines.push(...log.lines);
      places.set(agent, log.place);
      continue;
    }
    const read = readOn(agent, files, before);
    if (read === undefined) continue;
    const seenMs = Date.now();
    lines.push(...read.lines.map((line) => ({ ...line, atMs: line.atMs ?? seenMs })));
    places.set(agent, read.place);
  }
  return lines;
}
