import type { LastScreen } from "../../logs/last-screen.ts";

/** Returns the words for the end of a run that failed. */
export function runEndText({ attempt, status, endedMs }: LastScreen): string {
  const end = /^\d+$/.test(status) ? `exit status ${status}` : `SIG${status}`;
  const time = endedMs === undefined ? "" : ` at ${new Date(endedMs).toISOString().replace(/\.000Z$/, "Z")}`;
  return `run ${attempt} ended with ${end}${time}`;
}
