import { historyPath, type Layout } from "../../desired/layout.ts";
import { readContent } from "../../drivers/files/read.ts";
import { countUnread, parseRecords, type RunRecord } from "../../history/run-record.ts";

/** Returns the records of the runs of a fleet, the oldest first, from its file and the one before. */
export function readHistory(layout: Layout): readonly RunRecord[] {
  return parseRecords(historyText(layout));
}

/** Returns the number of lines in the history this version cannot read. */
export function unreadRecords(layout: Layout): number {
  return countUnread(historyText(layout));
}

function historyText(layout: Layout): string {
  const path = historyPath(layout);
  return `${readContent(`${path}.1`) ?? ""}\n${readContent(path) ?? ""}`;
}
