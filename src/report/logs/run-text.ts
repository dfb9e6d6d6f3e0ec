import { listOf } from "../../text/counting.ts";
import type { LastScreen } from "../../logs/last-screen.ts";

/** Returns the words for the end of a run that failed. */
export function runEndText({ attempt, status, endedMs }: LastScreen): string {
  const end = /^\d+$/.test(status) ? `exit status ${status}` : `SIG${status}`;
  const time = endedMs === undefined ? "" : ` at ${new Date(endedMs).toISOString().replace(/\.000Z$/, "Z")}`;
  return `run ${attempt} ended with ${end}${time}`;
}

/** Returns the line about agents whose current run began before the time of --since. */
export function olderRuns(agents: readonly string[]): string {
  const [its, run] = agents.length === 1 ? ["its", "run"] : ["their", "runs"];
  return (
    `Left out: what ${listOf(agents)} printed. tmux keeps no times of lines, and ${its} ${run} began before --since. ` +
    "Without --since, all of it is shown."
  );
}
