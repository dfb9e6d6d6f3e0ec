import type { LogLine } from "../../logs/log-line.ts";
import { mergeLines } from "../../logs/merge-lines.ts";
import { mergeRuns } from "../../logs/merge-runs.ts";
import { hiddenSessionText } from "../../report/attach/hidden-session-problem.ts";
import { fullScreenText, noFailedRunText, noSessionText, ofServiceText } from "../../report/logs/run-text.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { AgentsFound } from "./agents-of.ts";
import type { LogPrinter } from "./log-printer.ts";
import type { LogReadings } from "./log-readings.ts";
import { hiddenRun, previousRun } from "./previous-run.ts";
import { readPanes, type PanesRead } from "./read-panes.ts";
import { readUnits } from "./read-units.ts";
import type { SinceSelection } from "./select-since.ts";

/** Prints the last lines of each agent, once. */
export async function printLogs(
  found: AgentsFound,
  { panes, units, logs, sources }: LogReadings,
  newer: SinceSelection,
  { host, show, remark, say }: LogPrinter,
): Promise<ExitCode> {
  const [read, said] = await Promise.all([
    sources.pane ? readPanes(panes, new Map()) : undefined,
    sources.unit ? readUnits(units, undefined) : undefined,
  ]);
  if (read?.ok === false) return say(read.diagnostics);
  const ofUnits = said?.ok === true ? said.value.lines : [];
  for (const agent of found.agents) {
    const ofUnit = ofUnits.filter((line) => line.agent === agent);
    const log = logs.get(agent);
    if (log !== undefined) show(mergeRuns(ofUnit, log.lines));
    else if (read === undefined) show(ofUnit);
    else printPane(agent, read.value, ofUnit);
  }
  return said?.ok === false ? say(said.diagnostics) : exitCodes.ok;

  /** Prints the lines of an agent in its pane, and says if there is more. */
  function printPane(agent: string, seen: PanesRead, ofUnit: readonly LogLine[]): void {
    const kept = previousRun(found.layout, agent, panes.tail);
    const hiddenLines = hiddenRun(kept, found.restarts.get(agent) ?? 0, seen, agent);
    const own = seen.lines.filter((line) => line.agent === agent);
    show(mergeLines(ofUnit, [...newer.select(hiddenLines), ...newer.select(own, seen.present)]));
    const hidden = found.hidden.get(agent);
    if (hidden !== undefined) remark(hiddenSessionText(agent, hidden));
    else if (!found.services.has(agent) && !seen.present.has(agent))
      remark(noSessionText(agent, kept !== undefined, host));
    if (seen.fullScreen.has(agent)) remark(fullScreenText(agent));
  }
}

/** Prints the end of the last failed run of each agent. */
export function printPrevious(
  { agents, services, layout }: AgentsFound,
  tail: number,
  { host, show, remark }: LogPrinter,
): ExitCode {
  for (const agent of agents) {
    const kept = previousRun(layout, agent, tail);
    show(kept?.lines ?? []);
    if (services.has(agent)) remark(ofServiceText(agent, host));
    else if (kept === undefined) remark(noFailedRunText(agent));
  }
  return exitCodes.ok;
}
