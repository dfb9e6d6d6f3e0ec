import { hostValueOf, type HostResult } from "../../../hosts/host-result.ts";
import type { HistoryJson } from "../../../report/history/history-output.ts";
import { hostsHistoryLines, type HostHistory } from "../../../report/history/hosts-history-text.ts";
import { noHistory, unreadLines } from "../../../report/history/history-text.ts";
import type { Context } from "../../shared/context.ts";
import { usualRuns, type HistoryFlags } from "../../shared/flags.ts";

/** Shows the histories of several hosts as one table. */
export function showHistories(results: readonly HostResult[], { flags, output }: Context): void {
  const { lines = usualRuns } = flags as HistoryFlags;
  const histories = results.flatMap((result): readonly (HostHistory & HistoryJson)[] => {
    const value = hostValueOf(result);
    return isHistory(value) ? [{ host: result.host, ...value }] : [];
  });
  if (histories.length === 0) return;
  const shown = hostsHistoryLines(histories, lines, output.colors);
  if (shown.length > 0) output.text(shown);
  else output.remark(noHistory(lines === 0));
  const unread = histories.reduce((sum, history) => sum + history.unread, 0);
  if (unread > 0) output.remark(unreadLines(unread));
}

function isHistory(value: unknown): value is HistoryJson {
  return typeof value === "object" && value !== null && "runs" in value && Array.isArray(value.runs);
}
