import { agentsOf, type AgentsFound } from "./agents-of.ts";
import { followLogs, type LogSources } from "./follow-logs.ts";
import { hiddenRun, previousRun } from "./previous-run.ts";
import { readFiles, type FileReading, type FilesRead } from "./read-files.ts";
import { readPanes, type PaneReading } from "./read-panes.ts";
import { readUnits, type UnitReading } from "./read-units.ts";
import { selectSince } from "./select-since.ts";
import { sinceTime } from "./since-time.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { screenCopyPath } from "../../desired/layout.ts";
import { modifiedMs } from "../../drivers/files/read.ts";
import type { LogLine } from "../../logs/log-line.ts";
import { mergeLines } from "../../logs/merge-lines.ts";
import { mergeRuns } from "../../logs/merge-runs.ts";
import { windowSelection } from "../../plan/selection/window-address.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { olderRuns } from "../../report/logs/run-text.ts";
import { logJson, logText } from "../../report/logs/log-text.ts";
import { waitForReaders } from "../../report/terminal/print.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { LogsFlags } from "../shared/flags.ts";

/** Lines of an agent and of its unit without -n. */
const defaults = { pane: 100, unit: 10 } as const;

/** The longest time for the way of an old screen into a new run, ms. */
const copyMs = 1_500;

/** Runs `fleet logs`, of agents, or of a window next to them. */
export async function logsOf(context: Context, selection: Selection, flags: LogsFlags): Promise<ExitCode> {
  const named = windowSelection(selection);
  if (!named.ok) return report(context, named.diagnostics);
  if (named.value === undefined) return logsCommand(context, selection, flags);
  return (await import("./window-logs.ts")).windowLogsCommand(context, named.value, flags);
}

/** Runs `fleet logs AGENT…`: prints the output of agents, and the messages of their units. Changes nothing. */
export async function logsCommand(
  context: Context,
  selection: Selection,
  flags: LogsFlags,
): Promise<ExitCode> {
  waitForReaders();
  const { exec, output } = context;
  const found = await agentsOf(context, selection);
  if (!found.ok) return report(context, found.diagnostics);
  if (flags.raw ?? false) {
    return (await import("./raw-log.ts")).printRawLog(context, found.value, flags);
  }
  const { layout, agents, restarts, services } = found.value;

  const since = await sinceTime(flags.since, exec);
  if (!since.ok) return report(context, since.diagnostics);
  const { follow = false, previous = false, timestamps = false } = flags;
  const withColors = output.options.color && !output.options.json;
  const fileTail = flags.lines ?? (since.value === undefined ? defaults.pane : undefined);
  const files: FileReading = { layout, tail: fileTail, sinceMs: since.value, withColors };
  const logs =
    flags.unit === true || previous ? new Map<string, FilesRead>() : readLogs(found.value, files, !follow);
  const inPanes = agents.filter((agent) => !logs.has(agent) && !services.has(agent));
  const sources = {
    pane: flags.unit !== true && inPanes.length > 0,
    unit: flags.pane !== true || services.size > 0,
  };
  const newer = selectSince(since.value, found.value);
  const tellLeftOut = (): void => {
    const names = newer.leftOut();
    if (names.length > 0) output.remark(olderRuns(names));
  };
  const panes: PaneReading = {
    exec,
    socket: layout.socket,
    agents: new Set(inPanes),
    tail: flags.lines ?? (since.value === undefined ? defaults.pane : Number.MAX_SAFE_INTEGER),
    isOnce: !follow,
    withColors,
    isCopying: (agent) => Date.now() - (modifiedMs(screenCopyPath(layout, agent)) ?? 0) < copyMs,
  };
  const unitTail = flags.lines ?? (since.value === undefined ? defaults.unit : undefined);
  const units: UnitReading = {
    exec,
    layout,
    agents: flags.pane === true ? agents.filter((agent) => services.has(agent)) : agents,
    tail: unitTail,
    // All that a service prints is there.
    tails: new Map([...services].map((agent) => [agent, flags.lines ?? fileTail])),
    sinceMs: since.value,
  };
  const isOneSource =
    agents.every((agent) => services.has(agent)) ||
    (!sources.pane && logs.size === 0) ||
    !sources.unit ||
    previous;
  const textOf = logText({ agents, isOneSource, timestamps, colors: output.colors });
  const show = (lines: readonly LogLine[]): void => {
    if (lines.length === 0) return;
    const form = (line: LogLine): string =>
      output.options.json ? JSON.stringify(logJson(line)) : textOf(line);
    output.raw(lines.map((line) => `${form(line)}\n`).join(""));
    if (output.options.both) for (const line of lines) output.json(logJson(line));
  };
  const say = (problems: readonly Diagnostic[]): ExitCode => report(context, problems);
  if (previous) {
    for (const agent of agents) {
      const kept = previousRun(layout, agent, panes.tail);
      show(kept?.lines ?? []);
      if (services.has(agent))
        output.remark(`${agent} is a service: all of its output is in fleet logs ${agent}.`);
      else if (kept === undefined) output.remark(`${agent} has no last screen: none of its runs has failed.`);
    }
    return exitCodes.ok;
  }
  const remark = (line: string): void => output.remark(line);
  if (follow) {
    const select: LogSources["select"] = ({ lines, present }) => {
      const selected = newer.select(lines, present);
      tellLeftOut();
      return selected;
    };
    return followLogs({ panes, units, files, logs, sources, show, select, remark, say });
  }

  const [read, said] = await Promise.all([
    sources.pane ? readPanes(panes, new Map()) : undefined,
    sources.unit ? readUnits(units, undefined) : undefined,
  ]);
  if (read?.ok === false) return say(read.diagnostics);
  for (const agent of agents) {
    const log = logs.get(agent);
    if (log !== undefined) {
      show(mergeRuns(said?.ok ? said.value.lines.filter((line) => line.agent === agent) : [], log.lines));
      continue;
    }
    const kept = read?.ok ? previousRun(layout, agent, panes.tail) : undefined;
    const hidden = read?.ok ? hiddenRun(kept, restarts.get(agent) ?? 0, read.value, agent) : [];
    const isOfAgent = (line: LogLine): boolean => line.agent === agent;
    const printed = [
      ...newer.select(hidden),
      ...(read?.ok ? newer.select(read.value.lines.filter(isOfAgent), read.value.present) : []),
    ];
    show(mergeLines(said?.ok ? said.value.lines.filter(isOfAgent) : [], printed));
    if (read?.ok && !services.has(agent)) {
      if (!read.value.present.has(agent))
        output.remark(
          `${agent} has no session.${kept === undefined ? "" : ` The end of its last failed run is kept: fleet logs -p ${agent}`}`,
        );
    }
    if (read?.ok && read.value.fullScreen.has(agent))
      output.remark(
        `${agent} runs a program that uses the whole screen: this is its screen. Attach to see more.`,
      );
  }
  tellLeftOut();
  return said?.ok === false ? say(said.diagnostics) : exitCodes.ok;
}

/** Returns the logs in files, by agent, without those ending before the lines of the session. */
function readLogs(
  { agents, withoutLog }: AgentsFound,
  reading: FileReading,
  isWhole: boolean,
): Map<string, FilesRead> {
  const logs = new Map<string, FilesRead>();
  for (const agent of agents) {
    const log = withoutLog.has(agent) ? undefined : readFiles(agent, reading, isWhole);
    if (log !== undefined && !log.isShort) logs.set(agent, log);
  }
  return logs;
}
