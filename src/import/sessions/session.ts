import type { At } from "../form/ledger.ts";

/** A variable and its value. */
export type Variable = readonly [name: string, value: string];

/** A pane of a session file. */
export interface SessionPane {
  readonly at: At;
  readonly name?: string | undefined;
  /** The lines the tool types into the shell of the pane, those of the session and the window first. */
  readonly typed: readonly string[];
  /** Number of lines at the beginning of `typed` that come from the session or the window. */
  readonly inherited: number;
  /** A program in place of the shell. */
  readonly program?: string | readonly string[] | undefined;
  /** As written, relative to that of the window. */
  readonly folder?: string | undefined;
  readonly env?: readonly Variable[] | undefined;
  readonly focus?: boolean | undefined;
  /** True for a shell running something known to its user alone. */
  readonly isBusy?: boolean | undefined;
}

/** A window of a session file. */
export interface SessionWindow {
  readonly at: At;
  /** Undefined for a window without a name. */
  readonly name: string | undefined;
  readonly folder?: string | undefined;
  readonly layout?: string | undefined;
  /** The size of the main pane: cells, or a percentage. */
  readonly mainSize?: string | undefined;
  readonly focus?: boolean | undefined;
  readonly env?: readonly Variable[] | undefined;
  /** At least one. */
  readonly panes: readonly SessionPane[];
}

/** A session file of tmuxp, tmuxinator, smug, teamocil or zellij. */
export interface Session {
  readonly at: At;
  readonly name: string;
  readonly folder?: string | undefined;
  /** The base of a relative `folder`: the folder of the file. */
  readonly base: string;
  readonly env?: readonly Variable[];
  readonly preStart?: readonly string[];
  readonly preStop?: readonly string[];
  readonly socket?: string | undefined;
  readonly config?: string | undefined;
  readonly windows: readonly SessionWindow[];
}
