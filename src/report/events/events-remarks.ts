import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** Returns the remark about an unreadable journal: starts and ends are missing then. */
export function withoutJournal([problem]: readonly Diagnostic[]): string {
  const detail = problem?.detail === undefined ? "" : `\n${problem.detail}`;
  return `The journal cannot be read: ${problem?.summary ?? "unknown"}. Shown are the runs of fleet alone, without starts and ends.${detail}`;
}

/** Returns the remark about a history without events. */
export function noEvents(isLimited: boolean): string {
  return isLimited
    ? "No such events."
    : "No events yet: nothing was applied, and no unit of this fleet was started.";
}
