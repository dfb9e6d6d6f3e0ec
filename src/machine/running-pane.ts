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
