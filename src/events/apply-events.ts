import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { GroupHalt, UnitWait } from "../observed/types.ts";
import type { Action } from "../plan/types.ts";

/** An event of a running plan, for its display. */
export type ApplyEvent =
  | { readonly kind: "started"; readonly actions: readonly Action[] }
  /** These actions take long; independent actions continue. Quicker ones of the same call may be done already. */
  | {
      readonly kind: "outlasting";
      readonly actions: readonly Action[];
      /** The steps systemd waits for, by agent. */
      readonly waits?: ReadonlyMap<string, UnitWait>;
    }
  /** All other actions are done; only the long ones are left. */
  | { readonly kind: "only-waiting"; readonly actions: readonly Action[] }
  | {
      readonly kind: "finished";
      readonly actions: readonly Action[];
      readonly ms: number;
      /** The number of agents that restart in later turns. */
      readonly later?: number;
    }
  | {
      readonly kind: "failed";
      readonly actions: readonly Action[];
      readonly diagnostics: readonly Diagnostic[];
    };

/** The outcome of each action. */
export interface ApplyOutcome {
  readonly done: readonly Action[];
  /** Tried, and not known to be done. */
  readonly failed: readonly Action[];
  /** The part of `failed` with an unknown effect. */
  readonly unknown?: readonly Action[];
  /** The part of `failed` whose agents wait for their turn to start: systemd starts them then. */
  readonly queued?: readonly Action[];
  /** Actions not tried, because a precondition failed or changed, or the run was interrupted. */
  readonly skipped: readonly Action[];
  /** The part of `skipped` whose agents keep running as before, with the reasons: they restart in turns. */
  readonly stayed?: ReadonlyMap<Action, Stay>;
  /** Agents a stop or restart had to kill. */
  readonly killed?: readonly KilledAgent[];
  /** The signal that ended the run early, or before the verification. */
  readonly interruptedBy?: string;
  /** True if the run has changed the preconditions of its own plan: the rest needs a new plan. */
  readonly isOnce?: boolean;
}

/** The reason why an agent that restarts in its turn keeps running as it is. */
export type Stay =
  /** So many agents of its group do not run after their restarts that no further one may end. */
  | { readonly why: "failed"; readonly behind: readonly string[] }
  /** No agent of its group starts now. */
  | { readonly why: "held"; readonly halt: GroupHalt }
  /** It works again, or somebody has changed it. */
  | { readonly why: "changed" }
  /** The machine could not be observed again. */
  | { readonly why: "unknown" }
  | { readonly why: "interrupted" };

/** Returns the actions left to another apply, except those of agents left running until their next turn. Pure. */
export function undoneActions({ failed, skipped, stayed }: ApplyOutcome): readonly Action[] {
  return [...failed, ...skipped.filter((action) => stayed?.has(action) !== true)];
}

/** A receiver of events, to show or to pass them on. */
export type Emit = (event: ApplyEvent) => void;

/** An agent that did not end by itself, so a stop or restart had to kill it. */
export interface KilledAgent {
  readonly name: string;
  /** Its time until the kill, ms. */
  readonly afterMs: number;
}

/** A started agent that does not run. */
export interface AgentFailure {
  readonly name: string;
  readonly unit: string;
  /** `not-restarted` while it still runs as before, `nested-tmux` if a tmux took the place of its command, `held` while it waits for its turn, `limited` while it waits for the end of a limit, or systemd's word for how it ended: `exit-code`, `signal`, `start-limit-hit`, `timeout`, `success`, … */
  readonly result: string;
  readonly exitStatus: number | undefined;
  /** The step of its start that systemd could not do, and the runtime folder of the agent. */
  readonly setup?: { readonly status: number; readonly folder: string };
  /** The last lines of its screen, and the last one of its journal. */
  readonly lines: readonly string[];
  /** If the agent's command was not found: the part of its PATH with an unexpanded variable. */
  readonly literalPath?: string | undefined;
  /** If the agent's command was not found: its shell, such as `bash`, if that reads its start-up files. */
  readonly shell?: string | undefined;
  /** The reason why no agent of its group starts. */
  readonly hold?: GroupHalt;
  /** The end of the limit of its account, ms since the epoch. */
  readonly limitedUntilMs?: number;
  /** It does not run because the tmux server does not. */
  readonly withoutServer?: LostServer;
}

/** The tmux server of a fleet, if it does not run or has ended during an apply. */
export interface LostServer {
  readonly unit: string;
  /** systemd has started it again since. */
  readonly isBack: boolean;
  /** The holder's last line. */
  readonly lines: readonly string[];
}

/** The exit status of a shell without such a program. */
export const commandNotFound = 127;
