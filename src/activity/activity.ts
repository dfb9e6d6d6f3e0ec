/** The states of an agent's program. `unknown` is never taken for `idle`. */
export const activityStates = ["working", "waiting", "idle", "limited", "unknown"] as const;

/** One of these states. */
export type ActivityState = (typeof activityStates)[number];

/** The evidence for a state. */
export type ActivitySource = "hook" | "title" | "bell" | "screen" | "quiet";

/** The activity of a program: it works, waits for a person, is done, or has reached a limit of its account. */
export interface Activity {
  readonly state: ActivityState;
  /** The question or the end of the limit, in the program's words; undefined if there is nothing to say. */
  readonly reason: string | undefined;
  /** Time of the change, ms since the epoch. */
  readonly sinceMs: number;
  readonly source: ActivitySource;
  /** True if its prompt was seen, empty, and the pane has been quiet for a moment. */
  readonly isAtPrompt?: true;
}

/** A report of a program by its hook. */
export interface ActivityReport {
  readonly state: Exclude<ActivityState, "unknown">;
  readonly reason: string | undefined;
  readonly sinceMs: number;
  /** The program that reports, as `PID START`; undefined in a file by another hand. */
  readonly program: string | undefined;
}

/** The longest reason to show, characters. */
const mostReason = 60;

/** Returns the report in a file of mosaic-activity; undefined for any other text. `changedMs` is the time of the file. */
export function parseReport(text: string, changedMs: number): ActivityReport | undefined {
  const [first = "", second = ""] = text.split("\n");
  const state = (["working", "waiting", "idle", "limited"] as const).find((word) =>
    first.startsWith(`${word} `),
  );
  if (state === undefined) return undefined;
  const program = first.slice(state.length + 1).trim();
  return {
    state,
    reason: shortReason(second),
    sinceMs: changedMs,
    program: program === "" ? undefined : program,
  };
}

/** Returns a reason on one line, and not too long; undefined for an empty one. */
export function shortReason(text: string): string | undefined {
  const plain = text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
  if (plain === "") return undefined;
  return plain.length <= mostReason ? plain : `${plain.slice(0, mostReason - 1)}…`;
}
