import { historyPath, type Layout } from "../../desired/layout.ts";
import { readContent } from "../../drivers/files/read.ts";
import { parseRecords, type RunRecord } from "../../history/run-record.ts";

/** Returns the records of the runs of a fleet, the oldest first, from its file and the one before. */
export function readHistory(layout: Layout): readonly RunRecord[] {
  const path = historyPath(layout);
  return parseRecords(`${readContent(`${path}.1`) ?? ""}\n${readContent(path) ?? ""}`);
}
