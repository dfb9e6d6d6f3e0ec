/** A pane of a tmux server, with the facts that need no interpretation. */
export interface TmuxPane {
  /** `%N` */
  readonly id: string;
  /** The pane's process, as tmux started it. tmux 3.8 tells the time of its end in its place, in s since the epoch. */
  readonly pid: number;
  readonly dead: boolean;
  /** `$N` */
  readonly sessionId: string;
  readonly sessionName: string;
  /** Number of people attached to the session, or to one with the same windows: clients with a keyboard. */
  readonly attached: number;
  /** The unit of the session, by its option @mosaic_unit; empty for a session of another origin. */
  readonly sessionUnit: string;
  /** Last output in the pane's window, seconds since the epoch. */
  readonly activity: number;
}

/** A running pane, with the facts about its start. */
export interface RunningPane {
  readonly session: string;
  readonly window: number;
  readonly windowName: string;
  /** True if tmux names the window after its program. */
  readonly isNamedByTmux: boolean;
  readonly layout: string;
  /** The command the pane was started with; empty for a shell. */
  readonly startCommand: string;
  /** The program in the foreground. */
  readonly running: string;
  readonly folder: string;
}
