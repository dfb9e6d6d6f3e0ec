/** One external command. Arguments are passed as they are: no shell is involved. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** ms until the command is killed and counts as `timed-out`. */
  readonly timeoutMs: number;
  /** Bytes for its standard input, which is empty without them. Not for the calls of a look. */
  readonly input?: Uint8Array | undefined;
  /** Variables in addition to those that every command gets. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** True for the reading calls of a look (list-units, list-panes, status's question to logind): they do not load execa. */
  readonly isLook?: boolean | undefined;
  /**
   * True for a call that may change a fleet: it has the lock of its run until its own end, even if it outlives the run. Not for a
   * program that leaves another one running.
   */
  readonly keepsLock?: boolean | undefined;
  /** A shell that runs it, if it can. No lock of a run goes there. */
  readonly shell?: CommandShell | undefined;
}

/** A shell that runs commands, instead of a process for each. */
export interface CommandShell {
  /** Returns true if it can run a command now: it runs one at a time, without input and without variables of its own. */
  readonly mayRun: (command: Command) => boolean;
  /** Runs a command. `env` is the environment of all its commands. */
  readonly run: (command: Command, env: NodeJS.ProcessEnv) => Promise<CommandOutcome>;
}

/** The end of a command. A failure is an outcome, not an exception. */
export type CommandOutcome =
  | { readonly kind: "exited"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "killed"; readonly signal: string; readonly stderr: string }
  | { readonly kind: "timed-out"; readonly timeoutMs: number; readonly stderr: string }
  | { readonly kind: "not-found" }
  /** `code` is the number of the error, such as `EMFILE`. */
  | { readonly kind: "not-started"; readonly message: string; readonly code?: string | undefined };
