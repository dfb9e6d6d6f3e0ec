/** The work on the windows of one agent. Nothing of it touches the agent's own pane, or a pane without the agent's mark. */
export interface AgentWindows {
  /** The process in the agent's own pane. */
  readonly pid: number;
  /** `$N` */
  readonly sessionId: string;
  readonly fleet: string;
  readonly agent: string;
  /** All declared windows, for the start script. */
  readonly script: string;
  readonly windows: readonly WindowWork[];
  readonly closes: readonly KnownPane[];
}

/** The work on one window. */
export interface WindowWork {
  readonly name: string;
  /** `@N`; undefined for a window that is to be made. */
  readonly windowId: string | undefined;
  readonly arrangement: string;
  /** Its declared name in tmux, as a format; empty if there is none. */
  readonly title: string;
  readonly layout: string;
  /** An option of tmux with its value; empty for none. */
  readonly main: string;
  readonly isArranged: boolean;
  readonly opens: readonly SidePane[];
  readonly restarts: readonly (SidePane & KnownPane)[];
  /** The other panes that stay. */
  readonly keeps: readonly (SidePane & KnownPane)[];
}

/** A pane next to an agent. */
export interface SidePane {
  /** Its name for people, such as `tests.2`. */
  readonly label: string;
  readonly hash: string;
  readonly title: string;
  readonly focus: boolean;
  /** The words of resize-pane; empty for the size of the layout. */
  readonly size: string;
}

/** A pane as it was observed. A new tmux server gives the same ids to others. */
export interface KnownPane {
  /** `%N` */
  readonly id: string;
  readonly processId: number;
  /** The digest it was started with. */
  readonly formerHash: string;
}
