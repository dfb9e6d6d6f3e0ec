import { historyPath, type Layout } from "../../desired/layout.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { readContent, readPath } from "../../drivers/files/read.ts";
import { countUnread, parseRecords, type RunRecord } from "../../history/run-record.ts";

/** Returns the records of the runs of a fleet, the oldest first, from its file and the one before. */
export function readHistory(layout: Layout): readonly RunRecord[] {
  return parseRecords(historyText(layout));
}

/** Returns the number of lines in the history this version cannot read. */
export function unreadRecords(layout: Layout): number {
  return countUnread(historyText(layout));
}

/** Returns a problem if the history of a fleet is there, and cannot be read: it must not look empty. */
export function historyProblem(layout: Layout): Diagnostic | undefined {
  const path = historyPath(layout);
  for (const each of [path, `${path}.1`]) {
    const found = readPath(each);
    if (found === undefined || found.kind === "file") continue;
    return {
      severity: "error",
      code: "file-unreadable",
      summary: `cannot read the history ${each}`,
      detail: found.kind === "unreadable" ? found.problem : "It is not a regular file.",
      hint: "check its owner and mode, and those of its folder; or move it elsewhere, and a new one begins",
    };
  }
  return undefined;
}

function historyText(layout: Layout): string {
  const path = historyPath(layout);
  return `${readContent(`${path}.1`) ?? ""}\n${readContent(path) ?? ""}`;
}
