import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Action } from "../plan/types.ts";

/** What happens while a plan is run, for whoever shows it. */
export type ApplyEvent =
  | { readonly kind: "started"; readonly actions: readonly Action[] }
  /** It takes long: what does not rest on it goes on beside it. */
  | { readonly kind: "outlasting"; readonly actions: readonly Action[] }
  /** All else is done: what takes long is all that is waited for. */
  | { readonly kind: "only-waiting"; readonly actions: readonly Action[] }
  | { readonly kind: "finished"; readonly actions: readonly Action[]; readonly ms: number }
  | {
      readonly kind: "failed";
      readonly actions: readonly Action[];
      readonly diagnostics: readonly Diagnostic[];
    };

/** What became of each action. */
export interface ApplyOutcome {
  readonly done: readonly Action[];
  /** Tried, and not known to be done. */
  readonly failed: readonly Action[];
  /** Those of `failed` of which it could not be seen whether they were done. */
  readonly unknown?: readonly Action[];
  /** Not tried: something that they rest on failed or is not so any more, or the run was interrupted. */
  readonly skipped: readonly Action[];
  /** Agents that had to be killed in order to stop or restart them. */
  readonly killed?: readonly KilledAgent[];
  /** The signal that ended the run before its time, or before it had verified. */
  readonly interruptedBy?: string;
  /** The plan rests on facts that the run itself has changed: it cannot be run again, what is left is another plan's. */
  readonly isOnce?: boolean;
}

/** Takes an event, to show or to pass it on. */
export type Emit = (event: ApplyEvent) => void;

/** An agent that a stop or restart had to kill, because it had not ended by itself. */
export interface KilledAgent {
  readonly name: string;
  /** The time that it had, ms. */
  readonly afterMs: number;
}

/** An agent that was started and does not run. */
export interface AgentFailure {
  readonly name: string;
  readonly unit: string;
  /** `not-restarted` while it still runs as before, `nested-tmux` if a tmux took the place of its command, or systemd's word for how it ended: `exit-code`, `signal`, `start-limit-hit`, `timeout`, `success`, … */
  readonly result: string;
  readonly exitStatus: number | undefined;
  /** The last lines of its screen, and the last one of its journal. */
  readonly lines: readonly string[];
  /** Of an agent whose command was not found: the part of its PATH that is not expanded. */
  readonly literalPath?: string | undefined;
  /** It does not run because the tmux server does not. */
  readonly withoutServer?: LostServer;
}

/** The tmux server of a fleet that does not run, or has ended during an apply. */
export interface LostServer {
  readonly unit: string;
  /** systemd has started it again since. */
  readonly isBack: boolean;
  /** The last line that the holder said. */
  readonly lines: readonly string[];
}
