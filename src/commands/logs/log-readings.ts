import { screenCopyPath } from "../../desired/layout.ts";
import { modifiedMs } from "../../drivers/files/read.ts";
import type { Exec } from "../../system/exec.ts";
import type { LogsFlags } from "../shared/flags.ts";
import type { AgentsFound } from "./agents-of.ts";
import { readFiles, type FileReading, type FilesRead } from "./read-files.ts";
import type { PaneReading } from "./read-panes.ts";
import type { UnitReading } from "./read-units.ts";

/** The readings of a run of `fleet logs`. */
export interface LogReadings {
  readonly panes: PaneReading;
  readonly units: UnitReading;
  readonly files: FileReading;
  /** The logs in files up to now, by agent. */
  readonly logs: ReadonlyMap<string, FilesRead>;
  /** The sources to ask for lines outside of files. */
  readonly sources: { readonly pane: boolean; readonly unit: boolean };
}

interface LogContext {
  readonly exec: Exec;
  /** The time of --since, ms since the epoch. */
  readonly sinceMs: number | undefined;
  readonly withColors: boolean;
}

/** Lines of an agent and of its unit without -n. */
const usualTails = { pane: 100, unit: 10 } as const;

/** The longest time for the way of an old screen into a new run, ms. */
const copyMs = 1_500;

/** Chooses the sources by the flags, and reads the logs in files. A log in files takes the place of the pane. */
export function logReadings(
  found: AgentsFound,
  flags: LogsFlags,
  { exec, sinceMs, withColors }: LogContext,
): LogReadings {
  const { layout, agents, services } = found;
  const { follow = false, previous = false, lines } = flags;
  // With --since, the time alone limits the lines.
  const tail = { pane: undefined, unit: undefined, ...(sinceMs === undefined ? usualTails : {}) };
  const fileTail = lines ?? tail.pane;
  const files: FileReading = { layout, tail: fileTail, sinceMs, withColors };
  const logs: LogReadings["logs"] =
    flags.unit === true || previous ? new Map() : readLogs(found, files, !follow);
  const inPanes = agents.filter((agent) => !logs.has(agent) && !services.has(agent));
  return {
    files,
    logs,
    sources: {
      pane: flags.unit !== true && inPanes.length > 0,
      unit: flags.pane !== true || services.size > 0,
    },
    panes: {
      exec,
      socket: layout.socket,
      agents: new Set(inPanes),
      tail: fileTail ?? Number.MAX_SAFE_INTEGER,
      isOnce: !follow,
      withColors,
      isCopying: (agent) => Date.now() - (modifiedMs(screenCopyPath(layout, agent)) ?? 0) < copyMs,
    },
    units: {
      exec,
      layout,
      agents: flags.pane === true ? agents.filter((agent) => services.has(agent)) : agents,
      tail: lines ?? tail.unit,
      // All that a service prints is there.
      tails: new Map([...services].map((agent) => [agent, fileTail])),
      sinceMs,
    },
  };
}

/** Returns true if all lines come from the same kind of source, so a line need not name it. */
export function isOneSource(
  { agents, services }: Pick<AgentsFound, "agents" | "services">,
  { sources, logs }: Pick<LogReadings, "sources" | "logs">,
  { previous = false }: LogsFlags,
): boolean {
  const isOfPanes = sources.pane || logs.size > 0;
  return previous || !sources.unit || !isOfPanes || agents.every((agent) => services.has(agent));
}

/** Returns the logs in files, by agent, without those ending before the lines of the session. */
function readLogs(
  { agents, withoutLog }: AgentsFound,
  reading: FileReading,
  isWhole: boolean,
): ReadonlyMap<string, FilesRead> {
  const logs = new Map<string, FilesRead>();
  for (const agent of agents) {
    const log = withoutLog.has(agent) ? undefined : readFiles(agent, reading, isWhole);
    if (log !== undefined && !log.isShort) logs.set(agent, log);
  }
  return logs;
}
