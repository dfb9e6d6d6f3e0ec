import { parseReport, type ActivityReport } from "../../activity/activity.ts";
import { activityDir, type Layout } from "../../desired/layout.ts";
import { listReadableFolder, modifiedMs, readPath } from "../../drivers/files/read.ts";

/**
 * Returns what agents report by their hooks. The start script removes the report of an earlier run. None without the folder:
 * no agent has started since the last boot, or all of them by an older version.
 */
export function readReports(layout: Layout): ReadonlyMap<string, ActivityReport> {
  const folder = activityDir(layout);
  const reports = new Map<string, ActivityReport>();
  for (const name of reportsIn(folder)) {
    const report = readReport(`${folder}/${name}`);
    if (report !== undefined) reports.set(name, report);
  }
  return reports;
}

/** Returns the report in a file; undefined if there is none. */
export function readReport(path: string): ActivityReport | undefined {
  const changedMs = modifiedMs(path);
  const found = changedMs === undefined ? undefined : readPath(path);
  if (changedMs === undefined || found?.kind !== "file") return undefined;
  return parseReport(found.content, changedMs);
}

function reportsIn(folder: string): readonly string[] {
  return listReadableFolder(folder).filter((name) => !name.startsWith("."));
}
