import { capturedLines, plainText } from "./pane-text.ts";

/** The last screen of the last run of an agent that failed, as the start script keeps it. */
export interface LastScreen {
  /** End of the run, ms since the epoch; undefined if the file does not say. */
  readonly endedMs: number | undefined;
  /** Exit status, or the name of a signal. */
  readonly status: string;
  /** Number of the run since the last deliberate start, from 1. */
  readonly attempt: number;
  /** Process id of the pane. */
  readonly pid: number;
  /** At most 200, with their colours. */
  readonly lines: readonly string[];
}

const mostLines = 200;

/** The most empty rows in a row: a program that uses the whole screen leaves many. */
const mostEmpty = 2;

/** Parses the start script's file: a line with the facts of the run, and then the screen. Pure. */
export function parseLastScreen(text: string): LastScreen | undefined {
  const end = text.indexOf("\n");
  const facts = /^# agent=\S+ ended=(\S+) status=(\S+) attempt=(\d+) process=(\d+)$/.exec(text.slice(0, end));
  if (facts === null) return undefined;
  const [, ended = "", status = "", attempt, pid] = facts;
  // strftime(3) writes a zone without the colon of ISO 8601.
  const endedMs = Date.parse(ended.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return {
    endedMs: Number.isNaN(endedMs) ? undefined : endedMs,
    status,
    attempt: Number(attempt),
    pid: Number(pid),
    lines: withoutGaps(capturedLines(text.slice(end + 1), true)).slice(-mostLines),
  };
}

/** Returns the lines with at most so many empty ones in a row. */
function withoutGaps(lines: readonly string[]): readonly string[] {
  let empty = 0;
  return lines.filter((line) => {
    empty = plainText(line) === "" ? empty + 1 : 0;
    return empty <= mostEmpty;
  });
}
