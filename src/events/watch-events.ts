import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Polling } from "../observed/polling.ts";
import type { AgentStatus } from "../plan/explain/status.ts";
import type { Deviation } from "../plan/deviation.ts";
import type { AgentPlan, Change, FileChange, Refusal } from "../plan/types.ts";

/** What became of an agent, in the past tense of its plan's action. */
export type PastAction = "added" | "changed" | "restarted" | "started" | "stopped" | "removed";

/** An agent that does not run though it should, and how it ended. */
export interface Failure {
  readonly agent: string;
  readonly exitStatus: number | undefined;
  /** The last lines of its screen, and the last one of its journal. */
  readonly lines: readonly string[];
}

/** Everything that a watch tells of, each once. A closed set: `fleet watch --json` prints one a line. */
export type WatchEvent =
  | { readonly kind: "watching"; readonly fleet: string; readonly file: string; readonly resyncMs: number }
  /** fleet.yaml is read, for the first time or with another text than before. */
  | { readonly kind: "edited"; readonly file: string; readonly agents: number }
  /** fleet.yaml cannot be followed. `inForce` says whether there is an earlier state of it that is. */
  | {
      readonly kind: "file-rejected";
      readonly file: string;
      readonly diagnostics: readonly Diagnostic[];
      readonly inForce: boolean;
    }
  | { readonly kind: "file-accepted"; readonly file: string }
  /** After an edit, or when somebody asked: there was nothing to do. */
  | { readonly kind: "in-line"; readonly causes: readonly Cause[] }
  | { readonly kind: "applying"; readonly causes: readonly Cause[]; readonly actions: number }
  | { readonly kind: "shared-changed"; readonly change: FileChange }
  | {
      readonly kind: "changed";
      readonly agent: string;
      readonly action: PastAction;
      readonly changes: readonly Change[];
      /** It was stopped by somebody, who may not have known that it is watched. */
      readonly wasStopped: boolean;
      /** It was killed after so many ms, because it had not ended by itself. */
      readonly killedAfterMs?: number;
    }
  | {
      readonly kind: "applied";
      readonly causes: readonly Cause[];
      readonly done: number;
      readonly failed: number;
      readonly skipped: number;
      /** It did not wait for what takes long: something else was to be done, or it was to end. */
      readonly wasCut: boolean;
      readonly ms: number;
    }
  /** Units that take long to stop or start; the others go on. */
  | { readonly kind: "slow"; readonly units: readonly string[] }
  | { readonly kind: "waiting"; readonly plan: AgentPlan }
  | { readonly kind: "blocked"; readonly plan: AgentPlan }
  /** What is to be done about an agent has to wait, `inMs` where it is known for how long. */
  | {
      readonly kind: "held";
      readonly agent: string;
      readonly action: "remove" | "stop" | "restart";
      readonly why: "young" | "attached" | "churn" | "clock";
      readonly inMs: number | undefined;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "note"; readonly text: string }
  /** The kernel does not report all changes, and the rest is found by polling. Told again if there is another reason. */
  | ({ readonly kind: "polling" } & Polling)
  /** The kernel reports all changes again. */
  | { readonly kind: "polling-over" }
  /** Something that keeps the declared from being in force, and that is left as it is. */
  | { readonly kind: "deviation"; readonly deviation: Deviation }
  /** It ended with a failure, and systemd starts it again by itself. */
  | ({ readonly kind: "crashed" } & Failure)
  /**
   * It does not run, and systemd does not start it again: the watch does, in `nextTryMs` (0 is at once; undefined for never,
   * as of an agent that is suspended).
   */
  | ({ readonly kind: "failed"; readonly nextTryMs: number | undefined } & Failure)
  | { readonly kind: "recovered"; readonly agent: string }
  /** A job has done its work, `atMs` since the epoch where that is known. */
  | { readonly kind: "completed"; readonly agent: string; readonly atMs: number | undefined }
  /** The machine cannot be read, or something could not be done. */
  | { readonly kind: "problem"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "problem-over" }
  | { readonly kind: "paused" }
  | { readonly kind: "resumed" }
  | { readonly kind: "leaving"; readonly why: string };

/** Takes an event, to show or to pass it on. */
export type Tell = (event: WatchEvent) => void;

/** What a watch is doing: the states of its loop. */
export type WatchState = "waiting" | "settling" | "looking" | "paused" | "leaving" | "left";

/** What a live view shows next to the events. */
export interface WatchView {
  readonly fleet: string | undefined;
  readonly file: string;
  readonly state: WatchState;
  readonly agents: readonly AgentStatus[];
  /** When the agents were looked at, ms since the epoch. */
  readonly seenMs: number;
  /** Until the next look, ms; undefined where none is due. */
  readonly nextLookMs: number | undefined;
}

/** Why a watch looks. `edit` is a change of fleet.yaml or what it refers to, `drift` any other, `due` the passing of time. */
export type Cause = "start" | "edit" | "drift" | "due" | "asked";
