import type { RunEvent } from "../../history/fleet-event.ts";
import type { RunBy } from "../../history/run-record.ts";
import { count } from "../../text/counting.ts";
import { endPhrase, placePhrase, sumPhrase } from "../events/run-text.ts";
import { localTime } from "../phrases.ts";
import { alignedLines } from "../table/aligned-lines.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** Digits of the id of a state. */
const idLength = 8;

/** Returns the id of a state as the history shows it. */
export function stateId(digest: string | null | undefined): string | undefined {
  return digest?.slice(0, idLength);
}

/** The form of a history as text. */
interface HistoryForm {
  readonly colors: Colors;
  /** The id of fleet.yaml as it is now. */
  readonly now: string | undefined;
}

/** Returns runs as a table, the oldest first. The state of fleet.yaml as it is now has a star. */
export function historyLines(runs: readonly RunEvent[], { colors, now }: HistoryForm): readonly string[] {
  const rows = runs.map(({ atMs, run }) => {
    const id = stateId(run.digest);
    return [
      id === undefined ? "-" : `${id}${id === now ? "*" : ""}`,
      localTime(atMs),
      visible(whoPhrase(run.by)),
      run.revision?.slice(0, 10) ?? "-",
      visible(run.command),
      `${sumPhrase(run)}${endPhrase(run)}`,
    ];
  });
  return alignedLines(["STATE", "WHEN", "BY", "COMMIT", "COMMAND", "RESULT"], rows, colors);
}

/** Returns the person or program behind a run. */
export function whoPhrase({ user, uid, agent, via }: RunBy): string {
  return placePhrase(agent === undefined ? (user ?? `user ${uid}`) : `agent ${agent}`, via);
}

/** Returns the remark about an empty history. */
export function noHistory(isLimited: boolean): string {
  return isLimited
    ? "No such runs."
    : "No history yet: no apply has changed anything, or its record is gone.";
}

/** Returns the remark about lines that cannot be read. */
export function unreadLines(lines: number): string {
  return `The history has ${count(lines, "line")} that this version of fleet cannot read. They are left out.`;
}
