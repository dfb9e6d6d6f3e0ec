import { windowSelection } from "../../plan/selection/window-address.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { olderRuns } from "../../report/logs/run-text.ts";
import { noAgentsText } from "../../report/phrases.ts";
import { waitForReaders } from "../../report/terminal/print.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { LogsFlags } from "../shared/flags.ts";
import { agentsOf } from "./agents-of.ts";
import { followLogs } from "./follow-logs.ts";
import { logPrinter } from "./log-printer.ts";
import { isOneSource, logReadings } from "./log-readings.ts";
import { printLogs, printPrevious } from "./print-logs.ts";
import { selectSince } from "./select-since.ts";
import { sinceTime } from "./since-time.ts";

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
  if (found.value.agents.length === 0) {
    output.remark(noAgentsText);
    return exitCodes.ok;
  }
  if (flags.raw ?? false) {
    return (await import("./raw-log.ts")).printRawLog(context, found.value, flags);
  }
  const since = await sinceTime(flags.since, exec);
  if (!since.ok) return report(context, since.diagnostics);
  const withColors = output.options.color && !output.options.json;
  const readings = logReadings(found.value, flags, { exec, sinceMs: since.value, withColors });
  const printer = logPrinter(context, {
    agents: found.value.agents,
    isOneSource: isOneSource(found.value, readings, flags),
    timestamps: flags.timestamps ?? false,
  });
  if (flags.previous ?? false) return printPrevious(found.value, readings.panes.tail, printer);

  const newer = selectSince(since.value, found.value);
  const tellLeftOut = (): void => {
    const names = newer.leftOut();
    if (names.length > 0) output.remark(olderRuns(names));
  };
  if (!(flags.follow ?? false)) {
    const code = await printLogs(found.value, readings, newer, printer);
    tellLeftOut();
    return code;
  }
  return followLogs({
    ...readings,
    ...printer,
    select({ lines, present }) {
      const selected = newer.select(lines, present);
      tellLeftOut();
      return selected;
    },
  });
}
