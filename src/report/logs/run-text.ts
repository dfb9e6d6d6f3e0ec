import { listOf } from "../../text/counting.ts";
import type { LastScreen } from "../../logs/last-screen.ts";
import { agentWords } from "../phrases.ts";

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

/**
 * Returns the line about an agent without a session. `hasKept` is true if the end of its last failed run is kept. `host` is
 * the name of this machine for a reader on another one.
 */
export function noSessionText(agent: string, hasKept: boolean, host: string | undefined): string {
  const kept = hasKept
    ? ` The end of its last failed run is kept: fleet logs -p ${agentWords(agent, host)}`
    : "";
  return `${agent} has no session.${kept}`;
}

/** Returns the line about an agent without scrollback to print. */
export function fullScreenText(agent: string): string {
  return `${agent} runs a program that uses the whole screen: this is its screen. Attach to see more.`;
}

/** Returns the line about a service in a list of last screens. `host` is as in noSessionText. */
export function ofServiceText(agent: string, host: string | undefined): string {
  return `${agent} is a service: all of its output is in fleet logs ${agentWords(agent, host)}.`;
}

/** Returns the line about an agent without a last screen. */
export function noFailedRunText(agent: string): string {
  return `${agent} has no last screen: none of its runs has failed.`;
}

/** Returns the line about an agent without lines to follow. */
export function notFollowedText(agent: string): string {
  return `${agent} runs a program that uses the whole screen, so there are no lines to follow. Attach to see it.`;
}

/** The line while no agent has a session to follow. */
export const awaitedSessionText = "None of these agents has a session now: waiting for one.";
