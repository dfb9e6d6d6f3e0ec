/** The reason why a terminal shows pictures instead of a stream, or nothing. */
export type TerminalReason =
  /** The agent has a log, and tmux has one pipe for each pane. */
  | "log"
  /** Somebody has a pipe of the pane. */
  | "pipe"
  /** Its command has ended. */
  | "ended"
  /** It has no pane. */
  | "not-running"
  /** Too many terminals are open. */
  | "too-many"
  /** tmux does not answer, or the pipe cannot be made. */
  | "failed";

/** A terminal that follows the pane of an agent. */
export interface UiTerminal {
  /** `stream`: everything is shown as it comes; `pictures`: a picture four times a second; `none`: there is no screen. */
  readonly kind: "stream" | "pictures" | "none";
  readonly reason: TerminalReason | null;
  /** The size of the pane. */
  readonly columns: number;
  readonly rows: number;
  /** The mode of tmux that takes the keys of the pane, such as `copy-mode`; empty outside of modes. */
  readonly mode: string;
  /** The number of rows in the history above the next picture. */
  readonly above: number;
}

/** Rows of a history right above those that a terminal shows, or the reason for none. */
export interface UiEarlier {
  /** The row below them, counted from the oldest one. */
  readonly end: number;
  /** The first of them. */
  readonly first: number;
  /** Their text, with its colors. */
  readonly text: string;
  /** `moved`: the history was dropped or cleared in that time; `busy`: it grows too fast. */
  readonly problem: "moved" | "busy" | null;
}
