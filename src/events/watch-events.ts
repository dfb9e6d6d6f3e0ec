import type { Refusal } from "../plan/allowances.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Polling } from "../observed/polling.ts";
import type { AgentStatus } from "../plan/explain/status.ts";
import type { Deviation } from "../plan/deviation.ts";
import type { Change } from "../plan/change.ts";
import type { Note } from "../plan/note.ts";
import type { BlockedAgent, PendingAgent } from "../plan/agent-plan.ts";
import type { FileChange } from "../plan/types.ts";

/** The result for an agent, in the past tense of its plan's action. */
export type PastAction = "added" | "changed" | "restarted" | "started" | "stopped" | "removed";

/** An agent that should run but does not, and its end. */
export interface Failure {
  readonly agent: string;
  readonly exitStatus: number | undefined;
  /** The last lines of its screen, and the last one of its journal. */
  readonly lines: readonly string[];
}

/** An event of a watch, each reported once. A closed set: `fleet watch --json` prints one a line. */
export type WatchEvent =
  | { readonly kind: "watching"; readonly fleet: string; readonly file: string; readonly resyncMs: number }
  /** fleet.yaml was read, for the first time or with a new text. */
  | { readonly kind: "edited"; readonly file: string; readonly agents: number }
  /** fleet.yaml cannot be followed. `inForce` is true if an earlier text is in force. */
  | {
      readonly kind: "file-rejected";
      readonly file: string;
      readonly diagnostics: readonly Diagnostic[];
      readonly inForce: boolean;
    }
  | { readonly kind: "file-accepted"; readonly file: string }
  /** After an edit or a request: there was nothing to do. */
  | { readonly kind: "in-line"; readonly causes: readonly LookCause[] }
  | { readonly kind: "applying"; readonly causes: readonly LookCause[]; readonly actions: number }
  | { readonly kind: "shared-changed"; readonly change: FileChange }
  | {
      readonly kind: "changed";
      readonly agent: string;
      readonly action: PastAction;
      readonly changes: readonly Change[];
      /** True if somebody stopped it, perhaps without knowing about the watch. */
      readonly wasStopped: boolean;
      /** It was killed after so many ms, because it had not ended by itself. */
      readonly killedAfterMs?: number;
    }
  | {
      readonly kind: "applied";
      readonly causes: readonly LookCause[];
      readonly done: number;
      readonly failed: number;
      readonly skipped: number;
      /** True if it did not wait for long actions, because of other work or its own end. */
      readonly wasCut: boolean;
      readonly ms: number;
    }
  /** Units with a long stop or start; the others continue. */
  | { readonly kind: "slow"; readonly units: readonly string[] }
  | { readonly kind: "waiting"; readonly plan: PendingAgent }
  | { readonly kind: "blocked"; readonly plan: BlockedAgent }
  /** An agent's actions have to wait, for `inMs` if the time is known. */
  | {
      readonly kind: "held";
      readonly agent: string;
      readonly action: "remove" | "stop" | "restart";
      readonly why: "young" | "attached" | "churn" | "clock";
      readonly inMs: number | undefined;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "note"; readonly text: string }
  /** A note of a plan. */
  | { readonly kind: "plan-note"; readonly note: Note }
  /** The kernel does not report all changes, so polling finds the rest. Reported again for a new reason. */
  | ({ readonly kind: "polling" } & Polling)
  /** The kernel reports all changes again. */
  | { readonly kind: "polling-over" }
  /** A difference from the declaration that stays, with its reason. */
  | { readonly kind: "deviation"; readonly deviation: Deviation }
  /** It ended with a failure, and systemd starts it again by itself. */
  | ({ readonly kind: "crashed" } & Failure)
  /**
   * It does not run, and systemd does not start it again. The watch does, in `nextTryMs` (0: at once;
   * undefined: never, for example a suspended agent).
   */
  | ({ readonly kind: "failed"; readonly nextTryMs: number | undefined } & Failure)
  | { readonly kind: "recovered"; readonly agent: string }
  /** A job has done its work, `atMs` since the epoch if known. */
  | { readonly kind: "completed"; readonly agent: string; readonly atMs: number | undefined }
  /** The machine cannot be read, or something could not be done. */
  | { readonly kind: "problem"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "problem-over" }
  | { readonly kind: "paused" }
  | { readonly kind: "resumed" }
  | { readonly kind: "leaving"; readonly why: string };

/** A receiver of events, to show or to pass them on. */
export type Tell = (event: WatchEvent) => void;

/** The state of a watch's loop. */
type WatchState = "waiting" | "settling" | "looking" | "paused" | "leaving" | "left";

/** The part of a live view next to the events. */
export interface WatchView {
  readonly fleet: string | undefined;
  readonly file: string;
  readonly state: WatchState;
  readonly agents: readonly AgentStatus[];
  /** Time of the agents' observation, ms since the epoch. */
  readonly seenMs: number;
  /** Time until the next look, ms; undefined if none is due. */
  readonly nextLookMs: number | undefined;
}

/**
 * The reason for a look. `edit` is a change of fleet.yaml or of a file it refers to, `drift` any other
 * change, `due` the passing of time.
 */
export type LookCause = "start" | "edit" | "drift" | "due" | "asked";
