import type { LookCause } from "../../events/watch-events.ts";
import type { RunBy, StepAction, StepResult } from "../../history/run-record.ts";
import type { RunEnd } from "../../history/unit-events.ts";
import type { Summary } from "../../plan/types.ts";
import type { Problems, ReasonJson } from "../json/shared-output.ts";

interface EventBase {
  /** ISO 8601, with milliseconds. */
  readonly time: string;
  /** For people. Its words may change. */
  readonly message: string;
}

/** A run of this program that changed something. */
export interface RunEventJson extends EventBase {
  readonly kind: "run";
  /** The command, such as `fleet apply coder-1`; `fleet watch` for a reconcile of the watch. */
  readonly command: string;
  /** The reasons for a reconcile of the watch; null for other commands. */
  readonly causes: readonly LookCause[] | null;
  readonly by: RunBy;
  /** The version of the program. */
  readonly version: string;
  /** The absolute path of fleet.yaml; null if the run did not read it from a file. */
  readonly file: string | null;
  /** The digest of the text of fleet.yaml with its included files. */
  readonly digest: string | null;
  /** The checked-out Git commit of the folder of fleet.yaml. */
  readonly revision: string | null;
  readonly summary: Summary;
  /** The changes of agents. With a selection, only of the selected ones. */
  readonly steps: readonly {
    readonly action: StepAction;
    readonly reasons: readonly ReasonJson[];
    readonly result: StepResult;
    readonly agents: readonly string[];
  }[];
  /** The changes of shared files. */
  readonly shared: readonly {
    readonly path: string;
    readonly role: string;
    readonly reason: ReasonJson;
    readonly result: StepResult;
  }[];
  /** The exit code; null for a reconcile of the watch. */
  readonly exitCode: number | null;
  /** The signal that ended the run early; null if none did. */
  readonly interruptedBy: string | null;
  readonly durationMs: number;
}

interface LifeEventBase extends EventBase {
  /** Null for the tmux server. */
  readonly agent: string | null;
  /** The command this event is a part of; null if there is none. */
  readonly during: string | null;
}

/** The start of an agent or of the tmux server. */
interface StartedEventJson extends LifeEventBase {
  readonly kind: "started";
  /** `auto-restart` is systemd's own restart after a failure, `job` a start somebody or something asked for. */
  readonly how: "boot" | "restart" | "auto-restart" | "job";
  /** Number of automatic restarts; null for other starts. */
  readonly restarts: number | null;
  /** The end of the run before an automatic restart; null if it is not known. */
  readonly after: RunEnd | null;
}

/** The end of an agent or of the tmux server: `stopped` by a request, `ended` by itself. */
interface EndedEventJson extends LifeEventBase {
  readonly kind: "stopped" | "ended";
  readonly end: RunEnd;
}

/** The kill of a process because of no memory. The agent may go on without it. */
interface MemoryKillEventJson extends LifeEventBase {
  readonly kind: "memory-kill";
}

/** A start systemd did not try. */
interface StartFailedEventJson extends LifeEventBase {
  readonly kind: "start-failed";
  /** systemd's word for the reason, such as `dependency`. */
  readonly result: string;
}

/** One event. */
export type EventJson =
  RunEventJson | StartedEventJson | EndedEventJson | MemoryKillEventJson | StartFailedEventJson;

/** The events of a fleet, the oldest first. */
export interface EventsJson {
  readonly formatVersion: "2.0";
  /** The name of the fleet. */
  readonly fleet: string;
  /** False if the journal cannot be read: then only runs are known. */
  readonly journal: boolean;
  readonly events: readonly EventJson[];
}

/**
 * The output of `fleet events -o json`, and one line of `-o jsonl`; npm run schema writes events.schema.json from it.
 * @public
 */
export type EventsDocument = EventsJson | EventJson | Problems;
