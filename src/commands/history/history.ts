import { digestOf } from "../../config/file/load.ts";
import { layoutOf, statesFolder } from "../../desired/layout.ts";
import { listReadableFolder } from "../../drivers/files/read.ts";
import type { RunEvent } from "../../history/fleet-event.ts";
import { mergeEvents } from "../../history/merge-events.ts";
import { runJson } from "../../report/events/events-json.ts";
import type { HistoryEntryJson } from "../../report/history/history-output.ts";
import { historyLines, noHistory, stateId, unreadLines } from "../../report/history/history-text.ts";
import { waitForReaders } from "../../report/terminal/print.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { historyProblem, readHistory, unreadRecords } from "../events/read-history.ts";
import { agentsIn, selectKnown } from "../events/select-known.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { usualRuns, type HistoryFlags } from "../shared/flags.ts";
import { readFleet } from "../shared/read-fleet.ts";

/** Runs `fleet history`: lists the runs that changed something. Reads files alone. */
export async function historyCommand(
  context: Context,
  selection: Selection,
  { lines = usualRuns }: HistoryFlags,
): Promise<ExitCode> {
  waitForReaders();
  const { machine, output } = context;
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const layout = layoutOf(config.value.name, config.value.tmux.socket, machine);
  const problem = historyProblem(layout);
  if (problem !== undefined) return report(context, [problem]);
  const records = readHistory(layout);
  const agents = await selectKnown(selection, config.value, agentsIn(records));
  if (!agents.ok) return report(context, agents.diagnostics);
  const all = mergeEvents(records, [], { agents: agents.value }).filter(isRun);
  const runs = lines === 0 ? [] : all.slice(-lines);
  const now = stateId(digestOf(config.value));
  const unread = unreadRecords(layout);
  const kept = new Set(listReadableFolder(statesFolder(layout)));
  output.json({
    formatVersion: "1.0",
    fleet: layout.fleet,
    now: now ?? null,
    unread,
    runs: runs.map((event): HistoryEntryJson => ({
      id: stateId(event.run.digest) ?? null,
      isKept: kept.has(`${event.run.digest}.json`),
      ...runJson(event),
    })),
  });
  if (runs.length > 0) output.text(historyLines(runs, { colors: output.colors, now }));
  else output.remark(noHistory(lines === 0 || agents.value !== undefined));
  if (unread > 0) output.remark(unreadLines(unread));
  return exitCodes.ok;
}

function isRun(event: { readonly kind: string }): event is RunEvent {
  return event.kind === "run";
}
