import type { ActivitySource } from "../activity/activity.ts";
import type { Refusal } from "../plan/allowances.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Polling } from "../observed/polling.ts";
import type { AgentStatus } from "../plan/explain/status.ts";
import type { Deviation } from "../plan/deviation.ts";
import type { Change } from "../plan/change.ts";
import type { Note } from "../plan/note.ts";
import type { AgentActionKind, BlockedAgent, PendingAgent } from "../plan/agent-plan.ts";
import type { FileChange } from "../plan/types.ts";
import type { SourceEvent } from "./source-events.ts";

/** The results for agents by the actions of a plan. */
export const pastActions = {
  add: "added",
  change: "changed",
  restart: "restarted",
  start: "started",
  stop: "stopped",
  remove: "removed",
} as const satisfies Partial<Record<AgentActionKind, string>>;

/** The result for an agent, in the past tense of its plan's action. */
export type PastAction = (typeof pastActions)[keyof typeof pastActions];

/** An agent that should run but does not, and its end. */
export interface Failure {
  readonly agent: string;
  readonly exitStatus: number | undefined;
  /** The last lines of its screen, and the last one of its journal. */
  readonly lines: readonly string[];
}

/** An event of a watch, each reported once. A closed set: `fleet watch --json` prints one a line. */
export type WatchEvent =
  | SourceEvent
  | {
      /** The watch begins. */
      readonly kind: "watching";
      readonly fleet: string;
      /** The path of fleet.yaml. */
      readonly file: string;
      /** Longest time between two observations, ms. */
      readonly resyncMs: number;
    }
  | {
      /** fleet.yaml was read, for the first time or with a new text. */
      readonly kind: "edited";
      readonly file: string;
      /** Number of declared agents. */
      readonly agents: number;
    }
  | {
      /** fleet.yaml cannot be followed. */
      readonly kind: "file-rejected";
      readonly file: string;
      readonly diagnostics: readonly Diagnostic[];
      /** True if an earlier text is in force. */
      readonly inForce: boolean;
    }
  | {
      /** fleet.yaml can be followed again, and has the text in force. */
      readonly kind: "file-accepted";
      readonly file: string;
    }
  | {
      /** After an edit or a request: there was nothing to do. */
      readonly kind: "in-line";
      readonly causes: readonly LookCause[];
    }
  | {
      /** An apply begins. */
      readonly kind: "applying";
      readonly causes: readonly LookCause[];
      /** Number of actions. */
      readonly actions: number;
    }
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
      /** An apply has ended. */
      readonly kind: "applied";
      readonly causes: readonly LookCause[];
      /** Number of successful actions. */
      readonly done: number;
      /** Number of failed actions. */
      readonly failed: number;
      /** Number of actions depending on a failed one, or not begun. */
      readonly skipped: number;
      /** True if it did not wait for long actions, because of other work or its own end. */
      readonly wasCut: boolean;
      /** Duration of the apply, ms. */
      readonly ms: number;
    }
  | {
      /** Units with a long stop or start; the others continue. */
      readonly kind: "slow";
      readonly units: readonly string[];
    }
  | { readonly kind: "waiting"; readonly plan: PendingAgent }
  | { readonly kind: "blocked"; readonly plan: BlockedAgent }
  | {
      /** The action of an agent has to wait. */
      readonly kind: "held";
      readonly agent: string;
      readonly action: "remove" | "stop" | "restart";
      /**
       * `young`: its end is declared for too short a time. `attached`: somebody is in its session. `churn`: its
       * envFiles keep changing. `clock`: the clock was set, or the machine has slept.
       */
      readonly why: "young" | "attached" | "churn" | "clock";
      /** The time until the action, ms, if it is known. */
      readonly inMs: number | undefined;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "note"; readonly text: string }
  /** A note of a plan. */
  | { readonly kind: "plan-note"; readonly note: Note }
  | ({
      /** The kernel does not report all changes, so polling finds the rest. Reported again for a new reason. */
      readonly kind: "polling";
    } & Polling)
  | {
      /** The kernel reports all changes again. */
      readonly kind: "polling-over";
    }
  /** A difference from the declaration that stays, with its reason. */
  | { readonly kind: "deviation"; readonly deviation: Deviation }
  | ({
      /** An agent ended with a failure, and systemd starts it again by itself. */
      readonly kind: "crashed";
    } & Failure)
  | ({
      /** An agent does not run, and systemd does not start it again. */
      readonly kind: "failed";
      /** The time until the watch starts it, ms. 0: at once; absent: never, for example a suspended agent. */
      readonly nextTryMs: number | undefined;
    } & Failure)
  | {
      /** A failed agent has run for a while. */
      readonly kind: "recovered";
      readonly agent: string;
    }
  /** A job has done its work, `atMs` since the epoch if known. */
  | { readonly kind: "completed"; readonly agent: string; readonly atMs: number | undefined }
  /** The machine cannot be read, or something could not be done. */
  | { readonly kind: "problem"; readonly diagnostics: readonly Diagnostic[] }
  | {
      /** The last problem is over. */
      readonly kind: "problem-over";
    }
  | {
      /** A receiver of `notify` cannot be reached. Its news waits, and the watch goes on trying. */
      readonly kind: "notify-failed";
      /** The receiver in words, without secrets. */
      readonly receiver: string;
      /** The reason in words. */
      readonly why: string;
    }
  | {
      /** A receiver of `notify` can be reached again. */
      readonly kind: "notify-works";
      readonly receiver: string;
    }
  | {
      /** An agent begins to wait for a person, has reached a limit, or has done its work. Told if somebody wants to know. */
      readonly kind: "activity";
      readonly agent: string;
      readonly state: "waiting" | "limited" | "idle";
      /** The question or the end of the limit, in the program's words. */
      readonly reason: string | undefined;
      /** ms since the epoch. */
      readonly sinceMs: number;
      readonly source: ActivitySource;
    }
  | {
      /** A hook the watch runs has failed. */
      readonly kind: "hook-failed";
      readonly agent: string;
      readonly hook: "onWaiting";
      /** The reason in words. */
      readonly why: string;
    }
  | {
      /** The watch pauses on request, and changes nothing until it resumes. */
      readonly kind: "paused";
    }
  | {
      /** The watch goes on after a pause. */
      readonly kind: "resumed";
    }
  | {
      /** The watch ends. The fleet continues as it is. */
      readonly kind: "leaving";
      /** For people. Its words may change. */
      readonly why: string;
    };

/** The result of an apply for one agent. */
export type ChangedEvent = Extract<WatchEvent, { kind: "changed" }>;

/** A receiver of events, to show or to pass them on. */
export type Tell = (event: WatchEvent) => void;

/** The state of a watch's loop. */
type ShownState = "waiting" | "settling" | "looking" | "paused" | "leaving" | "left";

/** The part of a live view next to the events. */
export interface WatchView {
  readonly fleet: string | undefined;
  readonly file: string;
  readonly state: ShownState;
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
