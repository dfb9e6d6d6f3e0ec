import type { ActivityReport } from "../../activity/activity.ts";
import { presetOfProgram, type Program } from "../../runtimes/program.ts";

/** Returns the agents with a report that the reading before does not have. */
export function changedReports(
  before: ReadonlyMap<string, ActivityReport>,
  now: ReadonlyMap<string, ActivityReport>,
): ReadonlySet<string> {
  return new Set(
    [...now].flatMap(([name, report]) => {
      const last = before.get(name);
      const isSame =
        last !== undefined &&
        last.sinceMs === report.sinceMs &&
        last.state === report.state &&
        last.program === report.program;
      return isSame ? [] : [name];
    }),
  );
}

/** Returns true if only the screen tells the truth about a report: a limit looks like an end, and some hooks tell only ends. */
export function isToLookAt(report: ActivityReport | undefined, program: Program | undefined): boolean {
  if (report === undefined || program === undefined) return false;
  return report.state === "idle" || presetOfProgram(program).tellsOnlyEnds === true;
}
