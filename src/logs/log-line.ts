/**
 * The origin of a line: `pane` is output of the agent, from its pane or its log, `unit` a message of systemd or the unit's own
 * processes, and `run` a line of fleet between two runs.
 */
export type LogSource = "pane" | "unit" | "run";

/** One line of the log of an agent. */
export interface LogLine {
  readonly agent: string;
  readonly source: LogSource;
  readonly text: string;
  /**
   * Time of a unit's line, or of the beginning or end of a run, ms since the epoch; for a pane's line the time at which a follower has
   * seen it. Undefined for lines a pane had before: tmux keeps no times.
   */
  readonly atMs: number | undefined;
  /** The time of a line from the log's files, within two minutes; undefined if it is not known so well. */
  readonly aboutMs?: number | undefined;
}
